// Sends a file with progress, which fetch cannot tell; errors are those of the API client.
import { ApiError, apiUrl, type FieldError } from './client'

export interface Upload<T> {
  answer: Promise<T>
  abort: () => void
}

interface Refusal {
  error?: { code?: string; message?: string; fields?: FieldError[]; used_by?: string[] }
}

/** `onProgress` gets the share that was sent, from 0 to 1. */
export function upload<T>(path: string, parts: Record<string, string | File>, onProgress?: (ratio: number) => void): Upload<T> {
  const request = new XMLHttpRequest()
  const form = new FormData()
  for (const [name, part] of Object.entries(parts)) form.append(name, part)
  const answer = new Promise<T>((resolve, reject) => {
    request.open('POST', apiUrl(path))
    request.setRequestHeader('X-Requested-With', 'callroom')
    request.responseType = 'text'
    request.upload.onprogress = (event) => onProgress?.(event.total > 0 ? event.loaded / event.total : 0)
    request.onload = () => {
      const body = parse(request.responseText)
      if (request.status >= 200 && request.status < 300) resolve(body as T)
      else reject(refusal(request.status, body as Refusal | null))
    }
    request.onerror = () => reject(new ApiError(0, 'network', 'The server cannot be reached.'))
    request.onabort = () => reject(new ApiError(0, 'cancelled', 'The upload was cancelled.'))
    request.send(form)
  })
  return { answer, abort: () => request.abort() }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function refusal(status: number, body: Refusal | null): ApiError {
  const error = body?.error
  return new ApiError(status, error?.code ?? `http_${status}`, error?.message ?? '', error?.fields ?? [], null, error?.used_by)
}
