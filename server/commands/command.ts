/** A command of `hallway`: takes what was written after its name; gives the exit code (2: it was called wrongly). */
export type Command = (args: readonly string[]) => Promise<number>

/** Prints a line for people. */
export type Print = (line: string) => void

/** Runs a deed and says why it failed, in its own sentence; 1 then, else 0. */
export const attempt = async (print: Print, deed: () => Promise<void>): Promise<number> => {
  try {
    await deed()
    return 0
  } catch (error) {
    if (!(error instanceof Error)) throw error
    print(error.message)
    return 1
  }
}
