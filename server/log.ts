import { type Logger, type LoggerOptions, pino } from 'pino'

/** Writes lines to standard output; fields first, then one sentence. */
export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>

interface Needs {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** `auto`: text where people read, on a terminal, else JSON. */
  readonly format: 'auto' | 'json' | 'text'
  readonly output?: { readonly isTTY?: boolean; write(line: string): unknown }
}

/** A secret of ours anywhere in a line, a bearer token, or a token in a query. */
const secrets = /\bhw[a-z]?_[\w-]{8,}|(?<=Bearer )[^\s"\\]+|(?<=access_token=)[^&\s"\\]+/gi

/** The log. Tokens and passwords do not get through, under whatever name they come. */
export const createLog = ({ level, format, output = process.stdout }: Needs): Log => {
  const text = format === 'text' || (format === 'auto' && output.isTTY === true)
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  }
  return pino(options, {
    write: (line: string) => {
      const clean = line.replace(secrets, '[redacted]')
      output.write(text ? plainLine(clean) : clean)
    },
  })
}

const secretFields = [
  'password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'accessToken',
  'refreshToken',
  'secret',
]

/** A line of JSON as people read it: time, level, sentence, fields; an error's stack below. */
const plainLine = (line: string): string => {
  const { time, level, msg, err, ...fields } = JSON.parse(line) as { [name: string]: unknown; err?: { stack?: string } }
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const stack = err?.stack === undefined ? [] : [`\n${err.stack}`]
  return `${[String(time).slice(11, 19), String(level).padEnd(5), msg, ...rest, ...stack].filter(Boolean).join(' ')}\n`
}
