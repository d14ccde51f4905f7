/** Flags that stand under a heading of their own in `--help`: `JUDGING FLAGS` for the group `judging`. */

export function grouped<Flags extends Readonly<Record<string, { helpGroup?: string }>>>(
  helpGroup: string,
  flags: Flags,
): Flags {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, helpGroup }]),
  ) as Flags;
}
