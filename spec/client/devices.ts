import { endpoint } from '../endpoint.ts'
import { deviceId, deviceName, timestamp } from '../identifiers.ts'
import { interactiveAuth } from '../interactive-auth.ts'
import type { FromSchema } from '../schema.ts'

/** A device as its own user sees it. client-server-api/#device-management */
export const device = {
  type: 'object',
  required: ['device_id'],
  properties: {
    device_id: deviceId,
    display_name: { type: 'string' },
    last_seen_ip: { type: 'string' },
    last_seen_ts: timestamp,
  },
} as const

const params = { type: 'object', required: ['deviceId'], properties: { deviceId } } as const

export const listDevices = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/devices',
  aliases: ['/_matrix/client/r0/devices'],
  access: 'user',
  summary: 'Lists the devices of the user.',
  reference: 'client-server-api/#get_matrixclientv3devices',
  response: {
    type: 'object',
    properties: { devices: { type: 'array', items: device } },
  },
})

export const getDevice = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/devices/:deviceId',
  aliases: ['/_matrix/client/r0/devices/:deviceId'],
  access: 'user',
  summary: 'Describes one device of the user.',
  reference: 'client-server-api/#get_matrixclientv3devicesdeviceid',
  params,
  response: device,
  errors: ['M_NOT_FOUND'],
})

export const putDevice = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/devices/:deviceId',
  aliases: ['/_matrix/client/r0/devices/:deviceId'],
  access: 'user',
  summary: 'Renames a device of the user.',
  reference: 'client-server-api/#put_matrixclientv3devicesdeviceid',
  params,
  body: {
    type: 'object',
    properties: { display_name: deviceName },
  },
  response: { type: 'object' },
  errors: ['M_NOT_FOUND'],
})

export const deleteDevice = endpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/devices/:deviceId',
  aliases: ['/_matrix/client/r0/devices/:deviceId'],
  access: 'user',
  summary: 'Removes a device and ends its session.',
  reference: 'client-server-api/#delete_matrixclientv3devicesdeviceid',
  interactive: true,
  params,
  body: { type: 'object', properties: { auth: interactiveAuth } },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN'],
})

export const deleteDevices = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/delete_devices',
  aliases: ['/_matrix/client/r0/delete_devices'],
  access: 'user',
  summary: 'Removes several devices and ends their sessions.',
  reference: 'client-server-api/#post_matrixclientv3delete_devices',
  interactive: true,
  body: {
    type: 'object',
    required: ['devices'],
    properties: {
      devices: { type: 'array', items: deviceId, maxItems: 10_000 },
      auth: interactiveAuth,
    },
  },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN'],
})

export type Device = FromSchema<typeof device>
