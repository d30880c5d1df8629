import { createHmac } from 'node:crypto'

interface Account {
  readonly nonce: string
  readonly username: string
  readonly password: string
  readonly admin: boolean
}

/** The body of a registration with the shared secret, which its `mac` proves. spec/README.md#administration */
export const signedBySecret = (secret: string, { nonce, username, password, admin }: Account) => {
  const signed = [nonce, username, password, admin ? 'admin' : 'notadmin'].join('\0')
  return { nonce, username, password, admin, mac: createHmac('sha1', secret).update(signed).digest('hex') }
}
