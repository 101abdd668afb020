// The only way to the HTTP API: JSON both ways, errors as objects with a stable code and field list.

export interface FieldError {
  path: string
  code: string
  message: string
  /** What it is about: a name, the number of a step. */
  named?: string
}

/** What the server refused, or `network` / `timeout` when it was not reached at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: FieldError[] = [],
    readonly retryAfter_s: number | null = null,
    /** Names of what has to be changed first. */
    readonly usedBy: string[] = [],
  ) {
    super(message)
    this.name = 'ApiError'
  }

  /** The first complaint about a field, for showing it beside the input. */
  field(path: string): FieldError | undefined {
    return this.fields.find((field) => field.path === path)
  }
}

export interface Options {
  query?: Record<string, string | number | boolean | null | undefined>
  headers?: Record<string, string>
  signal?: AbortSignal
  timeout_ms?: number
  /** A 401 is an answer here, not the end of the session. */
  quiet401?: boolean
  /** Sent to its end even when the page closes meanwhile (bodies up to 64 KB). */
  keepalive?: boolean
}

const PREFIX = '/api/v1'
const TIMEOUT_MS = 15_000
const listeners = new Set<() => void>()
const unreachedListeners = new Set<() => void>()

/** Called when the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Called when the server was not reached, or did not answer in time. */
export function onUnreached(listener: () => void): () => void {
  unreachedListeners.add(listener)
  return () => unreachedListeners.delete(listener)
}

export function apiUrl(path: string, query: Options['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return PREFIX + path + (text ? `?${text}` : '')
}

async function request<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  // The custom header cannot be sent by a foreign site without a CORS preflight.
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Requested-With': 'callroom', ...options.headers }
  let payload: BodyInit | undefined
  if (body instanceof FormData) payload = body
  else if (body !== undefined) {
    headers['Content-Type'] = 'application/json'
    payload = JSON.stringify(body)
  }
  const timeout = AbortSignal.timeout(options.timeout_ms ?? TIMEOUT_MS)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  let response: Response
  try {
    response = await fetch(apiUrl(path, options.query), { method, headers, body: payload ?? null, signal, credentials: 'same-origin', keepalive: options.keepalive ?? false })
  } catch (error) {
    if (options.signal?.aborted) throw error
    for (const listener of unreachedListeners) listener()
    throw new ApiError(0, timeout.aborted ? 'timeout' : 'network', 'The server cannot be reached.')
  }
  if (response.ok) return (await readJson(response)) as T
  const failure = await toError(response)
  if (response.status === 401 && !options.quiet401) for (const listener of listeners) listener()
  throw failure
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await response.text()
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(response.status, 'bad_answer', 'The server answered something that is not JSON.')
  }
}

async function toError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After'))
  const wait_s = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; fields?: FieldError[]; used_by?: string[] } }
    return new ApiError(response.status, error.code, error.message, error.fields ?? [], wait_s, error.used_by)
  } catch {
    return new ApiError(response.status, `http_${response.status}`, response.statusText, [], wait_s)
  }
}

export const api = {
  get: <T>(path: string, options: Options = {}) => request<T>('GET', path, undefined, options),
  post: <T = void>(path: string, body?: unknown, options: Options = {}) => request<T>('POST', path, body ?? {}, options),
  put: <T = void>(path: string, body?: unknown, options: Options = {}) => request<T>('PUT', path, body ?? {}, options),
  patch: <T = void>(path: string, body?: unknown, options: Options = {}) => request<T>('PATCH', path, body ?? {}, options),
  delete: <T = void>(path: string, options: Options = {}, body?: unknown) => request<T>('DELETE', path, body, options),
}
