interface Needs {
  /** Reads the configuration. @throws Error whose message has a fault a line */
  readonly loadConfig: () => unknown
  /** Prints a line for people. */
  readonly print: (line: string) => void
}

/** `hallway check-config`: tells each fault of the configuration in a line; gives the exit code. */
export type CheckConfig = () => number

export const createCheckConfig =
  ({ loadConfig, print }: Needs): CheckConfig =>
  () => {
    try {
      loadConfig()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      print(error.message)
      return 1
    }
    print('The configuration is good.')
    return 0
  }
