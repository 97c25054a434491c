import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../errors";

export interface DownloadOptions {
    /** Tries of one request. @default 5 */
    readonly tries?: number;
    /** Milliseconds before the second try; each later one waits twice as long. @default 1000 */
    readonly backoff?: number;
    /** Milliseconds in which a server has to send something. @default 60000 */
    readonly timeout?: number;
    readonly onBytes?: (bytes: number) => void;
}

/** A price list that could not be read. Its message is for the person who asked for it. */
export class DownloadError extends UsageError {}

/** What a request that may be tried again failed with. */
class Passing extends Error {
    constructor(
        message: string,
        /** Milliseconds that the server asks to wait. */
        readonly wait?: number,
    ) {
        super(message);
    }
}

/** The longest that a server's wish to wait is obeyed, in ms. */
const LONGEST_WAIT = 120_000;

/** Downloads over HTTP: tries again what may pass, and goes on where a file was cut off. */
export class Downloads {
    constructor(private readonly options: DownloadOptions = {}) {}

    /** A JSON document of an expected form. @throws DownloadError when it can't be had or is none */
    json<T>(
        url: string,
        isForm: (given: unknown) => given is T,
        headers: Record<string, string> = {},
    ): Promise<T> {
        return this.again(url, async () => {
            const chunks: Uint8Array[] = [];
            await this.receive(url, headers, (chunk) => void chunks.push(chunk));
            const text = Buffer.concat(chunks).toString("utf8");
            let parsed: unknown;
            try {
                parsed = JSON.parse(text);
            } catch {
                // A page of a proxy, or half of one.
                throw new Passing(`what came is no JSON: ${text.slice(0, 80)}`);
            }
            if (!isForm(parsed)) {
                throw new Passing(`what came is no price list: ${text.slice(0, 80)}`);
            }
            return parsed;
        });
    }

    /**
     * A file, written beside its name until it is whole. What an earlier try or run has left is gone on with, if the
     * server still has the same version.
     */
    file(url: string, file: string): Promise<void> {
        const partial = `${file}.partial`;
        const version = `${file}.version`;
        return this.again(url, async () => {
            const tag = fs.existsSync(version) ? fs.readFileSync(version, "utf8") : "";
            const had = tag !== "" && fs.existsSync(partial) ? fs.statSync(partial).size : 0;
            let handle: fs.promises.FileHandle | undefined;
            try {
                await this.receive(
                    url,
                    {
                        // The size of a packed file says nothing of how much of it is there.
                        "Accept-Encoding": "identity",
                        ...(had > 0 ? { Range: `bytes=${had}-`, "If-Range": tag } : {}),
                    },
                    async (chunk) => void (await handle?.write(chunk)),
                    async ({ status, headers }) => {
                        const goesOn =
                            status === 206 &&
                            headers.get("content-range")?.startsWith(`bytes ${had}-`) === true;
                        if (status === 206 && !goesOn) {
                            throw new Passing("the server sent another part than it was asked for");
                        }
                        handle = await fs.promises.open(partial, goesOn ? "a" : "w");
                        fs.writeFileSync(version, headers.get("etag") ?? "");
                    },
                );
            } catch (error) {
                if (error instanceof RangeGone) {
                    fs.rmSync(partial, { force: true });
                    throw new Passing("the part that was there is none of the file");
                }
                throw error;
            } finally {
                await handle?.close();
            }
            fs.renameSync(partial, file);
            fs.rmSync(version);
        });
    }

    /** Hands on a body as it comes. A server that falls silent is left. */
    private async receive(
        url: string,
        headers: Record<string, string>,
        onChunk: (chunk: Uint8Array) => void | Promise<void>,
        onStart: (response: Response) => void | Promise<void> = () => undefined,
    ): Promise<void> {
        const { timeout = 60_000, onBytes } = this.options;
        const abort = new AbortController();
        const silence = setTimeout(() => abort.abort(new Passing(`sent nothing for ${timeout} ms`)), timeout);
        let got = 0;
        try {
            // No list redirects; a redirect would carry a key elsewhere.
            const response = await fetch(url, { headers, signal: abort.signal, redirect: "error" });
            if (!response.ok) {
                throw await refusal(url, response);
            }
            await onStart(response);
            const length = Number(response.headers.get("content-length") ?? NaN);
            for await (const chunk of response.body ?? []) {
                silence.refresh();
                got += (chunk as Uint8Array).length;
                onBytes?.((chunk as Uint8Array).length);
                await onChunk(chunk as Uint8Array);
            }
            const packed = response.headers.get("content-encoding") !== null;
            if (!packed && got < length) {
                throw new Passing(`ended after ${got} of ${length} bytes`);
            }
        } catch (error) {
            if (error instanceof Passing || error instanceof DownloadError || error instanceof RangeGone) {
                throw error;
            }
            const { cause, message, code } = error as Error & { cause?: Error; code?: string };
            if (code === "ENOSPC" || code === "EACCES") {
                throw new DownloadError(message);
            }
            throw new Passing(
                `${got > 0 ? `was cut off after ${got} bytes: ` : ""}${cause?.message ?? message}`,
            );
        } finally {
            clearTimeout(silence);
        }
    }

    private async again<T>(url: string, run: () => Promise<T>): Promise<T> {
        const { tries = 5, backoff = 1000 } = this.options;
        for (let attempt = 1; ; attempt++) {
            try {
                return await run();
            } catch (error) {
                if (!(error instanceof Passing)) {
                    throw error;
                }
                if (attempt >= tries) {
                    throw new DownloadError(`${url}: ${error.message} (tried ${tries} times)`);
                }
                await sleep(Math.min(error.wait ?? backoff * 2 ** (attempt - 1), LONGEST_WAIT));
            }
        }
    }
}

/** The server has no such part of the file. */
class RangeGone extends Error {}

async function refusal(url: string, response: Response): Promise<Error> {
    if (response.status === 416) {
        return new RangeGone();
    }
    const reason = `${response.status} ${response.statusText}: ${(await response.text()).slice(0, 200)}`;
    if (response.status === 429 || response.status >= 500) {
        const seconds = Number(response.headers.get("retry-after") ?? NaN);
        return new Passing(reason, Number.isNaN(seconds) ? undefined : seconds * 1000);
    }
    return new DownloadError(`${url}: ${reason}`);
}
