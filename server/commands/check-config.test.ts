import test from 'ava'
import { createCheckConfig } from './check-config.ts'

test('a good configuration ends with 0, a faulty one tells why and ends with 1', (t) => {
  const lines: string[] = []
  const print = (line: string): void => void lines.push(line)
  t.is(createCheckConfig({ loadConfig: () => ({}), print })(), 0)
  const fail = (): never => {
    throw new Error('config.yaml:3: there is no setting "x"')
  }
  t.is(createCheckConfig({ loadConfig: fail, print })(), 1)
  t.deepEqual(lines, ['The configuration is good.', 'config.yaml:3: there is no setting "x"'])
})
