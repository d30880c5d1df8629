/**
 * The page's one way to say "this changed": signals. A signal holds a value; whoever reads it while computing or
 * rendering is run again when it changes. Everything below `matrix/` speaks of changes by these alone.
 */
export { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals-core'
