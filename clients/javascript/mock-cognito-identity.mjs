// Amazon Cognito identity pools for tests in Node: starts the command `mock-cognito-identity` and
// controls it over HTTP. Copy this file into your tests. It needs nothing but Node 20.
//
//   import test from "node:test";
//   import { mockCognitoIdentity } from "./mock-cognito-identity.mjs";
//
//   test("signing in survives throttling", async (t) => {
//     const mock = await mockCognitoIdentity(t);
//     await mock.inject("throttle", { operations: ["GetId"], times: 2 });
//     await signIn(new CognitoIdentityClient(mock.clientConfig));
//     assert.deepEqual((await mock.calls("GetId")).map((call) => call.outcome), ["error", "error", "ok"]);
//   });

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The mock refused a control request, or what it reports is not as expected. */
export class MockError extends Error {
  constructor(status, body) {
    super(body.report ?? body.message);
    this.name = "MockError";
    this.status = status;
    this.body = body;
  }
}

/** A running mock. `url` is its endpoint. */
export class MockCognitoIdentity {
  #process;

  constructor(url, process) {
    this.url = url.replace(/\/$/, "");
    this.#process = process;
  }

  /** Starts the command with these options, on a free port unless they name one. */
  static async start(options = [], { command = "mock-cognito-identity", stderr = "inherit" } = {}) {
    const process = spawn(command, options, { stdio: ["ignore", "pipe", stderr] });
    const ended = once(process, "exit").then(([code]) => {
      throw new Error(`${command} ended with ${code}`);
    });
    const lines = createInterface({ input: process.stdout });
    const [line] = await Promise.race([once(lines, "line"), ended]);
    ended.catch(() => {});
    return new MockCognitoIdentity(line.replace("listening on ", ""), process);
  }

  async stop() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }

  /** The configuration of a client of the SDK. */
  get clientConfig() {
    const credentials = { accessKeyId: "AKIAMOCKMOCKMOCKMOCK", secretAccessKey: "mock" };
    return { endpoint: this.url, region: "us-east-1", credentials };
  }

  /** Forgets calls, faults and state, and restores the state that the mock was started with. */
  reset = () => this.#send("POST", "reset");

  /** The recorded calls, of one operation or of all. */
  async calls(operation) {
    const query = operation ? `?operation=${encodeURIComponent(operation)}` : "";
    return (await this.#send("GET", `calls${query}`)).calls;
  }

  forgetCalls = () => this.#send("DELETE", "calls");

  /** Waits so many milliseconds until an operation was called, and returns its calls. */
  async waitForCalls(operation, count = 1, timeout = 5_000) {
    return (await this.#send("POST", "calls/wait", { operation, count, timeout_ms: timeout })).calls;
  }

  /** The calls as text that is the same in every run. */
  transcript = () => this.#send("GET", "transcript");
  timeline = () => this.#send("GET", "timeline");

  /** Injects a fault, such as `inject("throttle", { operations: ["GetId"], times: 2 })`. */
  inject = (effect, fault = {}) => this.#send("POST", "faults", { effect, ...fault });

  /** The faults in force, with how often each fired. */
  faults = async () => (await this.#send("GET", "faults")).faults;

  /** Removes a fault that `inject` has returned, and returns it with how often it fired. */
  removeFault = ({ id }) => this.#send("DELETE", `faults/${id}`);
  clearFaults = async () => (await this.#send("DELETE", "faults")).faults;

  /** Fails if a fault did not fire as expected, or if a request was not understood. */
  verify = () => this.#send("POST", "verify");

  /** The time of the mock, such as `2026-01-02T03:04:05.678Z`. */
  clock = async () => (await this.#send("GET", "clock")).now;
  setClock = async (now) => (await this.#send("PUT", "clock", { now })).now;

  /** Moves the mock's clock forward by a duration, such as `1h30m`. */
  advanceClock = async (by) => (await this.#send("POST", "clock/advance", { by })).now;

  /** A `Logins` map with a login token of a user. `audience`, `claims` and `expires_in` go into it. */
  login = async (provider, subject, token = {}) =>
    (await this.#send("POST", "logins", { provider, subject, ...token })).Logins;

  signOut = (provider, subject) => this.#send("POST", "logins/sign-out", { provider, subject });

  /** For which identity and which role credentials were issued, and until when. */
  issuedCredentials = (accessKeyId) => this.#send("GET", `credentials/${encodeURIComponent(accessKeyId)}`);

  state = () => this.#send("GET", "state");

  /** Replaces pools and identities. Returns the state with all ids and dates. */
  putState = (state) => this.#send("PUT", "state", state);

  async #send(method, path, body) {
    const answer = await fetch(`${this.url}/_mock/${path}`, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    const value = answer.headers.get("content-type").includes("json") ? JSON.parse(text) : text;
    if (!answer.ok) throw new MockError(answer.status, value);
    return value;
  }
}

/** A mock for one test of node:test. At the end of the test it is verified and stopped. */
export async function mockCognitoIdentity(t, options = ["--quiet"], settings = {}) {
  const mock = await MockCognitoIdentity.start(options, settings);
  t.after(async () => {
    try {
      await mock.verify();
    } finally {
      await mock.stop();
    }
  });
  return mock;
}
