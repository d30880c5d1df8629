import test from 'ava'
import { getEvent } from '../spec/client/timeline.ts'
import { errorBreach, responseBreach } from './contract.ts'

const event = { event_id: '$a', room_id: '!a:b', sender: '@a:b', type: 'x', content: {}, origin_server_ts: 1 }

test('an answer of the contract passes, one with a missing or mistyped key does not', (t) => {
  t.is(responseBreach(getEvent, event), undefined)
  t.regex(responseBreach(getEvent, { ...event, sender: 'alice' }) ?? '', /sender/)
  const { content: _content, ...without } = event
  t.regex(responseBreach(getEvent, without) ?? '', /content/)
})

test('a null in place of a key that may be absent is let pass, but not of one that is needed', (t) => {
  t.is(responseBreach(getEvent, { ...event, unsigned: null }), undefined)
  t.not(responseBreach(getEvent, { ...event, content: null }), undefined)
})

test('an error has an errcode', (t) => {
  t.is(errorBreach({ errcode: 'M_FORBIDDEN', error: 'No.' }), undefined)
  t.not(errorBreach({ error: 'No.' }), undefined)
})
