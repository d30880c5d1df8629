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

/** Makes installations below the session's folder, with a PostgreSQL server where the engine needs one. */
const createGround = ({ engine, directory }: Needs) => {
  let cluster: Promise<PostgresCluster> | undefined
  let made = 0
  return {
    async install(launcher: string): Promise<Installation> {
      mkdirSync(directory, { recursive: true })
      if (engine === 'postgres') cluster ??= startPostgres(`${directory}/postgres`)
      const postgres = await cluster
      return createInstallation({ launcher, directory: `${directory}/server${made++}`, ...(postgres ? { postgres } : {}) })
    },
    async close(): Promise<void> {
      await (await cluster)?.stop()
    },
  }
}

/** Prepares a bench; nothing is started before a measure asks for it. */
export const createSession = (needs: Needs): Session => {
  const { launcher, running, engine, progress, runs, quick } = needs
  const ground = createGround(needs)
  let subject: Promise<Subject> | undefined
  let filled: Promise<Filled> | undefined

  const peopleOf: PeopleOf = (server) => {
    const api = createApi(server.address)
    return { api, people: createPeople({ api, ...(needs.sharedSecret === undefined ? {} : { sharedSecret: needs.sharedSecret }) }) }
  }
  const open = async (): Promise<Subject> => {
    const server = running ?? (await (await ground.install(launcher as string)).launch())
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
    return fillInstallation(await ground.install(launch), peopleOf, needs.fill)
  }
  const installationsBy = (launch: string): NonNullable<Bench['installations']> => ({
    empty: () => endSubject().then(() => ground.install(launch)),
    filled: () => endSubject().then(() => (filled ??= fill(launch))),
  })

  return {
    subject: () => (subject ??= open()),
    ...(launcher === undefined ? {} : { installations: installationsBy(launcher) }),
    runs,
    quick,
    progress,
    close: () => endSubject().finally(ground.close),
  }
}
