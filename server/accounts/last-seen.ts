import type { Database } from '../storage/database.ts'
import type { DeviceStore, Sighting } from '../storage/devices.ts'

/** When and from where devices call: noted in memory, written down now and then. */
export interface LastSeen {
  /** Notes a call; cheap, for every request. */
  note(deviceNid: number, address: string, userAgent: string | undefined): void
  /** Writes down what was noted; for a timer, and at the end. */
  flush(): Promise<void>
}

interface Needs {
  readonly database: Database
  readonly devices: DeviceStore
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Milliseconds for which a device that was noted is not noted again. */
  readonly interval?: number
}

export const createLastSeen = ({ database, devices, now, interval = 5 * 60_000 }: Needs): LastSeen => {
  /** When each device is due again. */
  const due = new Map<number, number>()
  let noted: Sighting[] = []
  return {
    note(deviceNid, address, userAgent) {
      const ts = now()
      if ((due.get(deviceNid) ?? 0) > ts) return
      due.set(deviceNid, ts + interval)
      noted.push({ deviceNid, ts, address, userAgent: userAgent?.slice(0, 500) })
    },
    async flush() {
      const time = now()
      for (const [deviceNid, ts] of due) if (ts <= time) due.delete(deviceNid)
      const sightings = noted
      noted = []
      if (sightings.length > 0) await database.write((tx) => devices.recordSightings(tx, sightings))
    },
  }
}
