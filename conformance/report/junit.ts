import type { Report, Result } from './report.ts'

/** The report as JUnit XML, for continuous integration: one suite an area. */
export const asJunit = ({ results, milliseconds, started }: Report): string => {
  const suites = [...Map.groupBy(results, ({ area }) => area)].map(([area, members]) => {
    const failures = members.filter(failed).length
    return `  <testsuite name="${escaped(area)}" tests="${members.length}" failures="${failures}" errors="${
      members.filter(({ verdict }) => verdict === 'error').length
    }" skipped="${members.filter(skipped).length}" timestamp="${started}">\n${members.map(testcase).join('')}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="conformance" tests="${results.length}" time="${(
    milliseconds / 1000
  ).toFixed(3)}">\n${suites.join('')}</testsuites>\n`
}

const failed = ({ verdict, known }: Result): boolean => verdict === 'fail' && known === undefined
const skipped = ({ verdict, known }: Result): boolean => verdict === 'not applicable' || known !== undefined

const testcase = (result: Result): string => {
  const { id, area, milliseconds, reason = '', known, verdict } = result
  const inside =
    known !== undefined
      ? `<skipped message="${escaped(`known failure: ${known}`)}"/>`
      : verdict === 'not applicable'
        ? `<skipped message="${escaped(reason)}"/>`
        : verdict === 'fail'
          ? `<failure message="${escaped(reason)}">${escaped(`${result.expectation}\n${result.clause}`)}</failure>`
          : verdict === 'error'
            ? `<error message="${escaped(reason)}"/>`
            : verdict === 'warn' || verdict === 'flaky'
              ? `<system-out>${escaped(`${verdict}: ${reason}`)}</system-out>`
              : ''
  const head = `    <testcase classname="${escaped(area)}" name="${escaped(id)}" time="${(milliseconds / 1000).toFixed(3)}"`
  return inside === '' ? `${head}/>\n` : `${head}>${inside}</testcase>\n`
}

const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text that may stand in XML and HTML, in attributes too; control characters that XML cannot carry become `�`. */
export const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '�')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
