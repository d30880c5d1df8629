import test from 'ava'
import { healthOf, type Symptoms } from './health.ts'

const now = 1_700_000_000_000
const well: Symptoms = {
  extremities: 10,
  gaps: 0,
  events: 1000,
  rejected: 5,
  softFailed: 5,
  overlayLayers: 32,
  authEvents: 200_000,
  authEdges: 600_000,
  lastSent: now - 1000,
  turns: 5,
  stateVersions: 100,
}

const verdict = (figure: string, change: Partial<Symptoms>) =>
  healthOf({ ...well, ...change }, now).find((one) => one.figure === figure)!.verdict

test('at its limits a room is still well', (t) => {
  t.deepEqual(
    healthOf(well, now).map((one) => one.verdict),
    Array(8).fill('fine'),
  )
})

test('each figure has a verdict of its own beyond its limits', (t) => {
  t.deepEqual([verdict('extremities', { extremities: 11 }), verdict('extremities', { extremities: 21 })], ['watch', 'bad'])
  t.deepEqual([verdict('gaps', { gaps: 1 }), verdict('gaps', { gaps: 21 })], ['watch', 'bad'])
  t.deepEqual([verdict('refused', { rejected: 6 }), verdict('refused', { softFailed: 96 })], ['watch', 'bad'])
  t.deepEqual([verdict('overlay-layers', { overlayLayers: 33 }), verdict('overlay-layers', { overlayLayers: 65 })], ['watch', 'bad'])
  t.deepEqual([verdict('auth-events', { authEvents: 200_001 }), verdict('auth-edges', { authEdges: 3_000_001 })], ['watch', 'bad'])
  t.deepEqual([verdict('turns', { turns: 6 }), verdict('turns', { turns: 21 })], ['watch', 'bad'])
})

test('a last event that lies ahead is told, and so is that there is none', (t) => {
  t.is(verdict('last-event', { lastSent: now + 5 * 60_000 }), 'fine')
  t.is(verdict('last-event', { lastSent: now + 6 * 60_000 }), 'watch')
  t.is(verdict('last-event', { lastSent: now + 25 * 3_600_000 }), 'bad')
  t.is(verdict('last-event', { lastSent: undefined }), 'watch')
})

test('a room without events is not ill of what it cannot have', (t) => {
  t.is(verdict('refused', { events: 0, rejected: 0, softFailed: 0 }), 'fine')
  t.is(verdict('turns', { turns: 3, stateVersions: 4 }), 'fine')
})
