/** Whether people asked for nothing but data and mistakes: one command line a process, so one answer. */
let quiet = false;

export const beQuiet = (wanted: boolean): void => {
  quiet = wanted;
};

/** Of standard error; whoever names a stream of its own wants it written to. */
export const isQuiet = (stream: NodeJS.WriteStream = process.stderr): boolean =>
  quiet && stream === process.stderr;
