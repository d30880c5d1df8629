import { mkdirSync } from 'node:fs'
import { type Api, createApi } from './api.ts'
import { refuseWeakSqlite } from './durability.ts'
import { createInstallation, type Installation, type RunningServer } from './installation.ts'
import type { Bench, EngineName, Filled, Subject } from './measure.ts'
import { createPeople, type People } from './people.ts'
import { type PostgresCluster, startPostgres } from './postgres.ts'
import { sendMessages } from './send-messages.ts'

/** A bench on one engine, and its end. */
export interface Session extends Bench {
  /** Stops all that it started. */
  close(): Promise<void>
}

interface Needs {
  /** How servers are started; or a server that runs already. */
  readonly launcher?: string
  readonly running?: RunningServer
  readonly sharedSecret?: string
  readonly engine: EngineName
  /** A folder on a disk; it is made. */
  readonly directory: string
  /** Messages in the filled database. */
  readonly fill: number
  readonly runs: number
  readonly quick: boolean
  progress(line: string): void
}

/** @throws when the server says that it keeps less than it is asked to by default. Servers without `/health` pass. */
const refuseWeakServer = async (api: Api, engine: EngineName): Promise<void> => {
  if (engine === 'sqlite') refuseWeakSqlite(await api.call('GET', '/health').catch(() => ({})))
}

/** Fills a new installation with `count` messages in twenty rooms of twenty, with a stop before and after, so that files are whole. */
const fillInstallation = async (installation: Installation, peopleOf: PeopleOf, count: number): Promise<Filled> => {
  const first = await installation.launch()
  const one = peopleOf(first)
  const senders = await one.people.take(20)
  const roomIds: string[] = []
  for (let room = 0; room < 20; room++) roomIds.push(await one.people.makeRoom(`Filled ${room}`, senders))
  one.api.close()
  await first.stop()
  const emptyBytes = await installation.bytes()
  const second = await installation.launch()
  const { requests } = await sendMessages({ server: second, senders, roomIds, requests: count })
  await second.stop()
  return { installation, events: requests, emptyBytes, filledBytes: await installation.bytes() }
}

type PeopleOf = (server: RunningServer) => { api: Api; people: People }

/** Prepares a bench; nothing is started before a measure asks for it. */
export const createSession = (needs: Needs): Session => {
  const { launcher, running, engine, directory, progress } = needs
  let cluster: Promise<PostgresCluster> | undefined
  let subject: Promise<Subject> | undefined
  let filled: Promise<Filled> | undefined
  let made = 0

  const peopleOf: PeopleOf = (server) => {
    const api = createApi(server.address)
    return { api, people: createPeople({ api, ...(needs.sharedSecret === undefined ? {} : { sharedSecret: needs.sharedSecret }) }) }
  }
  const install = async (launch: string): Promise<Installation> => {
    mkdirSync(directory, { recursive: true })
    if (engine === 'postgres') cluster ??= startPostgres(`${directory}/postgres`)
    const postgres = await cluster
    return createInstallation({ launcher: launch, directory: `${directory}/server${made++}`, ...(postgres ? { postgres } : {}) })
  }
  const open = async (): Promise<Subject> => {
    const server = running ?? (await (await install(launcher as string)).launch())
    const opened = { server, ...peopleOf(server) }
    await refuseWeakServer(opened.api, engine)
    return opened
  }
  const endSubject = async (): Promise<void> => {
    const ended = await subject
    subject = undefined
    ended?.api.close()
    await ended?.server.stop()
  }
  const fill = async (launch: string): Promise<Filled> => {
    progress(`filling a database with ${needs.fill} messages`)
    return fillInstallation(await install(launch), peopleOf, needs.fill)
  }
  const installationsBy = (launch: string): NonNullable<Bench['installations']> => ({
    async empty() {
      await endSubject()
      return install(launch)
    },
    async filled() {
      await endSubject()
      filled ??= fill(launch)
      return filled
    },
  })

  return {
    subject: () => {
      subject ??= open()
      return subject
    },
    ...(launcher === undefined ? {} : { installations: installationsBy(launcher) }),
    runs: needs.runs,
    quick: needs.quick,
    progress,
    async close() {
      await endSubject()
      await (await cluster)?.stop()
    },
  }
}
