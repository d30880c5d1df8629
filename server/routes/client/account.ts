import { changePassword, deactivateAccount, listThirdPartyIdentifiers, whoAmI } from '../../../spec/client/account.ts'
import type { UserId } from '../../../spec/identifiers.ts'
import type { InteractiveAuth as AuthDict } from '../../../spec/interactive-auth.ts'
import type { Deactivate } from '../../accounts/deactivate.ts'
import type { InteractiveAuth, Stage } from '../../accounts/interactive-auth.ts'
import type { SetPassword } from '../../accounts/set-password.ts'
import { route, type Requester, type Route } from '../../http/route.ts'

interface Needs {
  readonly interactiveAuth: InteractiveAuth
  readonly setPassword: SetPassword
  readonly deactivate: Deactivate
}

const flows: readonly (readonly Stage[])[] = [['m.login.password']]

/** What people do with their own account. client-server-api/#legacy-account-management */
export const accountRoutes = ({ interactiveAuth, setPassword, deactivate: { deactivate } }: Needs): Route[] => {
  /** Whose account it is: that of whoever is logged in, else of whoever knows its password. */
  const prove = async (
    operation: string,
    requester: Requester | undefined,
    { auth, ...body }: { readonly auth?: AuthDict | undefined },
  ): Promise<UserId> => {
    const proofs = await interactiveAuth.prove({ operation, body, userId: requester?.userId, flows, auth })
    return requester?.userId ?? (proofs.get('m.login.password') as UserId)
  }
  return [
    route(whoAmI, async ({ requester: { userId, deviceId } }) => ({ user_id: userId, device_id: deviceId, is_guest: false })),
    route(changePassword, async ({ requester, body }) => {
      setPassword.check(body.new_password)
      const userId = await prove('account/password', requester, body)
      await setPassword.change(userId, body.new_password, { endOthers: body.logout_devices ?? true, keepDevice: requester?.deviceNid })
      return {}
    }),
    route(deactivateAccount, async ({ requester, body }) => {
      await deactivate(await prove('account/deactivate', requester, body), { erase: body.erase ?? false })
      // No identity server was ever told of anybody here.
      return { id_server_unbind_result: 'success' as const }
    }),
    // Nothing binds an address to an account yet, so every account has none.
    route(listThirdPartyIdentifiers, async () => ({ threepids: [] })),
  ]
}
