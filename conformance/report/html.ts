import { asCurl } from '../wire-log.ts'
import { escaped } from './junit.ts'
import { type Report, type Result, tally } from './report.ts'
import { clauseAddress } from './terminal.ts'

const style = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .2rem 0 }
details details { margin-left: 1.2rem }
pre { overflow-x: auto; white-space: pre-wrap; word-break: break-word; background: color-mix(in srgb, currentColor 7%, transparent); padding: .6rem }
.verdict { display: inline-block; min-width: 7.5rem; font-weight: 600 }
.pass { color: #16803c } .fail, .error { color: #c62828 } .warn, .flaky, .known { color: #b26a00 } .not-applicable { color: #777 }
td, th { padding: .1rem .8rem .1rem 0; text-align: left }`

/** The report as one page that needs nothing else: areas, then checks, then what was said on the wire. */
export const asHtml = (report: Report): string => {
  const { server, suite, results, started, seed, milliseconds } = report
  const counts = tally(results)
  const title = `${server.software} ${server.version} and Matrix ${suite.spec}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${style}</style></head><body>
<h1>${escaped(title)}</h1>
<p>${escaped(`${server.name}, room version ${report.roomVersion}; suite ${suite.commit}, seed ${seed}; ${started}, ${(milliseconds / 1000).toFixed(1)} s`)}</p>
<table><tr>${Object.keys(counts)
    .map((name) => `<th>${escaped(name)}</th>`)
    .join('')}</tr>
<tr>${Object.values(counts)
    .map((count) => `<td>${count}</td>`)
    .join('')}</tr></table>
${[...Map.groupBy(results, ({ area }) => area)].map(([area, members]) => areaSection(area, members)).join('')}
<h2>Operations that no check has called (${report.untested.length})</h2>
<ul>${report.untested.map((name) => `<li><code>${escaped(name)}</code></li>`).join('')}</ul>
</body></html>
`
}

const good = ({ verdict, known }: Result): boolean => verdict === 'pass' || verdict === 'not applicable' || known !== undefined

const areaSection = (area: string, members: readonly Result[]): string => {
  const passed = members.filter(({ verdict }) => verdict === 'pass').length
  return `<details${members.every(good) ? '' : ' open'}><summary><strong>${escaped(area)}</strong> ${passed}/${members.length}</summary>${members
    .map(checkSection)
    .join('')}</details>\n`
}

const checkSection = (result: Result): string => {
  const { id, verdict, known, expectation, clause, level, reason, exchanges = [], milliseconds } = result
  const shown = known === undefined ? verdict : 'known'
  const wire = exchanges
    .map(
      (exchange) =>
        `<pre>${escaped(
          [
            `→ ${exchange.method} ${exchange.url}`,
            exchange.requestBody,
            `← ${exchange.status} in ${exchange.milliseconds} ms`,
            exchange.responseBody,
            '',
            asCurl(exchange),
          ]
            .filter((line) => line !== undefined)
            .join('\n'),
        )}</pre>`,
    )
    .join('')
  return `<details><summary><span class="verdict ${shown.replace(' ', '-')}">${shown}</span> ${escaped(id)}</summary>
<p>${level.toUpperCase()}: ${escaped(expectation)} <small>${escaped(clauseAddress(clause))}, ${milliseconds} ms</small></p>${
    reason === undefined ? '' : `<p>${escaped(reason)}</p>`
  }${known === undefined ? '' : `<p>Known: ${escaped(known)}</p>`}${wire}</details>`
}
