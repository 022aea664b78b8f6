import type { Cluster } from 'ioredis'

/**
 * Makes `connect` settle always, here and in its duplicates, of which one is a worker's blocking connection. That of
 * ioredis answers for the first attempt alone: one that found the slots and then lost the node that it asked for its
 * health is neither kept nor refused. The client comes back by itself, and a worker that starts while a master dies waits
 * for ever.
 */
export function settling(client: Cluster): Cluster {
  const connect = client.connect.bind(client)
  const duplicate = client.duplicate.bind(client)
  client.connect = async () => {
    let release = (): void => undefined
    const told = new Promise<void>((resolve, reject) => {
      const ready = (): void => resolve()
      const end = (): void => reject(new Error('Connection is closed.'))
      client.once('ready', ready)
      client.once('end', end)
      release = () => void client.off('ready', ready).off('end', end)
    })
    await Promise.race([connect(), told]).finally(release)
  }
  client.duplicate = (...given) => settling(duplicate(...given))
  return client
}
