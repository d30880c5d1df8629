import { hash, randomBytes } from 'node:crypto'

/** What a secret is for, told by its first letters, so that a leaked one is recognised by people and scanners. */
const prefixes = { access: 'hw_', refresh: 'hwr_', session: 'hwi_', adminLink: 'hwl_', passwordReset: 'hwp_' } as const

/** A new secret of 256 random bits, in the characters of an opaque identifier. appendices/#opaque-identifiers */
export const newSecret = (purpose: keyof typeof prefixes): string => prefixes[purpose] + randomBytes(32).toString('base64url')

/** The SHA-256 of a secret, base64url: the only form in which one is stored. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url')
