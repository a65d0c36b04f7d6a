// Asks the API as this person: JSON in and out, a refusal as an error that says whether trying again helps.
export class Refusal extends Error {
  constructor(status, problem, wait) {
    super(problem.code ?? String(status));
    this.status = status;
    this.code = problem.code ?? "";
    this.sentence = Object.values(problem.errors ?? {}).flat()[0] ?? problem.detail ?? problem.title ?? "";
    this.wait = wait;
    this.passes = status === 429 || status >= 500;
  }
}

export function createApi(csrf) {
  return async function call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRF-Token"] = csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: "same-origin", keepalive: method === "PUT",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? null : response.json();
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, problem, Number(response.headers.get("Retry-After")) * 1000 || 0);
  };
}
