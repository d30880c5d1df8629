import { StaleBuildError, type CommitUnit, type GroupCommit } from './group-commit.ts'

/** A group commit that holds units back until there are as many as wanted, and then commits them as one: all are durable, or none is. */
export interface JointCommit extends GroupCommit {
  /** Units that wait for the others. */
  held(): number
  /** Fails what is held, unless all of it is on its way already; what comes later fails too. */
  drop(error: unknown): void
}

interface Held {
  readonly unit: CommitUnit
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Several units as one; positions are given in their order. */
const joined = (units: readonly CommitUnit[]): CommitUnit => ({
  positions: units.reduce((sum, { positions }) => sum + positions, 0),
  write: (draft) => {
    let { offset } = draft
    for (const unit of units) {
      unit.write({ ...draft, offset })
      offset += unit.positions
    }
  },
  committed: (base) => {
    let position = base
    return units.flatMap((unit) => {
      const entries = unit.committed(position)
      position += unit.positions
      return entries
    })
  },
  failed: (error) => {
    for (const unit of units) unit.failed?.(error)
  },
  valid: () => units.every((unit) => unit.valid?.() ?? true),
})

/** @param wanted how many units make the whole */
export function createJointCommit(groupCommit: GroupCommit, wanted: number): JointCommit {
  const held: Held[] = []
  let closed = false

  const flush = (): void => {
    closed = true
    const parts = held.splice(0)
    groupCommit.add(joined(parts.map(({ unit }) => unit))).then(
      () => {
        for (const { resolve } of parts) resolve()
      },
      (error) => {
        for (const { reject } of parts) reject(error)
      },
    )
  }

  return {
    waiting: groupCommit.waiting,
    held: () => held.length,
    add: (unit) =>
      new Promise((resolve, reject) => {
        if (closed) {
          const error = new StaleBuildError('What this belongs to could not be stored.')
          unit.failed?.(error)
          reject(error)
          return
        }
        held.push({ unit, resolve, reject })
        if (held.length === wanted) flush()
      }),
    drop: (error) => {
      closed = true
      for (const { unit, reject } of held.splice(0)) {
        unit.failed?.(error)
        reject(error)
      }
    },
  }
}
