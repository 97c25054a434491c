import type * as auth from "google-auth-library";

/** A call that Vertex AI refused. */
export class VertexError extends Error {
    constructor(
        readonly status: number,
        message: string,
        /** Name of the error in google.rpc.Code, such as `ALREADY_EXISTS`. */
        readonly reason?: string,
    ) {
        super(message);
        this.name = "VertexError";
    }
}

/** The REST API of Vertex AI in one region. */
export interface VertexApi {
    /** @throws VertexError when the answer is none of success */
    call<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T>;
}

/** Who makes the calls: what the Google Cloud provider of the stack is configured with. */
export interface Credentials {
    /** Content or path of a key or credential configuration. */
    readonly credentials?: string;
    readonly accessToken?: string;
    /** E-mail of a service account to act as. */
    readonly impersonate?: string;
}

/** Answers that say: try again. */
const RETRIED = new Set([429, 502, 503, 504]);
const ATTEMPTS = 6;

/**
 * Refusals that pass by themselves: Vertex AI makes its agents with a project's first call
 * (GoogleCloudPlatform/generative-ai#1308), and a grant that was just made takes minutes to be known
 * (GoogleCloudPlatform/vertex-ai-samples#3710; cloud.google.com/iam/docs/access-change-propagation says 2 to 7).
 */
const NOT_YET = /service agents are being provisioned|does not have .*IAM permission/is;
const NOT_YET_ATTEMPTS = 26;

const LONGEST_WAIT = 20_000;

/** Errors of the network and of name resolution, which end no operation that is under way. */
const UNREACHED = new Set([
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "ERR_STREAM_PREMATURE_CLOSE",
    "UND_ERR_SOCKET",
]);
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** Where the API is, for a double on the local machine. */
const ADDRESS_VARIABLE = "BARYCENTER_VERTEX_API";

/** The API of a region, called through Google's own client library. */
export function vertexApi(
    location: string,
    credentials: Credentials,
    wait: (milliseconds: number) => Promise<void>,
): VertexApi {
    const override = process.env[ADDRESS_VARIABLE];
    const base = override ?? `https://${location}-aiplatform.googleapis.com`;
    let client: Promise<auth.AuthClient> | undefined;
    return {
        async call<T>(method: string, path: string, body?: unknown): Promise<T> {
            client ??= override === undefined ? authenticate(credentials) : anonymous(override);
            const connected = await client;
            for (let attempt = 1; ; attempt++) {
                const answer = await send<T>(connected, method, `${base}/v1/${path}`, body);
                if (!(answer instanceof VertexError)) {
                    return answer.data;
                }
                if (attempt >= attemptsAfter(answer)) {
                    throw answer;
                }
                await wait(Math.min(1000 * 2 ** (attempt - 1), LONGEST_WAIT));
            }
        },
    };
}

/** How often a call that was answered so is made in all. */
function attemptsAfter({ status, reason, message }: VertexError): number {
    if (reason === "FAILED_PRECONDITION" && NOT_YET.test(message)) {
        return NOT_YET_ATTEMPTS;
    }
    // A conflict with another call, and not with a thing that exists.
    return RETRIED.has(status) || reason === "ABORTED" ? ATTEMPTS : 1;
}

async function send<T>(
    client: auth.AuthClient,
    method: string,
    url: string,
    body: unknown,
): Promise<{ data: T } | VertexError> {
    const answer = await client
        .request<unknown>({
            url,
            method: method as "GET",
            ...(body === undefined ? {} : { data: body }),
            responseType: "json",
            validateStatus: () => true,
            retry: false,
        })
        .catch(unreached);
    if (answer instanceof VertexError) {
        return answer;
    }
    if (answer.status >= 200 && answer.status < 300) {
        return { data: answer.data as T };
    }
    const { error } = (answer.data ?? {}) as { error?: { message?: string; status?: string } };
    return new VertexError(
        answer.status,
        `${method} ${url}: ${error?.message ?? `HTTP ${answer.status}`}`,
        error?.status,
    );
}

/** A call that got no answer, as one that the service was too busy for; anything else is thrown on. */
function unreached(error: unknown): VertexError {
    const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
    if (![code, cause?.code].some((each) => each !== undefined && UNREACHED.has(each))) {
        throw error;
    }
    return new VertexError(503, `Vertex AI can't be reached: ${message}`, "UNAVAILABLE");
}

/** A client for the deploying principal, chosen as the Google Cloud provider chooses it. */
async function authenticate(given: Credentials): Promise<auth.AuthClient> {
    const library = clientLibrary();
    const source = await sourceClient(library, given);
    const target = given.impersonate;
    return target === undefined
        ? source
        : new library.Impersonated({ sourceClient: source, targetPrincipal: target, targetScopes: [SCOPE] });
}

async function sourceClient(
    library: typeof import("google-auth-library"),
    { credentials, accessToken }: Credentials,
): Promise<auth.AuthClient> {
    if (accessToken !== undefined) {
        const client = new library.OAuth2Client();
        client.setCredentials({ access_token: accessToken });
        return client;
    }
    const content = credentials?.trimStart().startsWith("{") ? credentials : undefined;
    const google = new library.GoogleAuth({
        scopes: [SCOPE],
        ...(content === undefined ? {} : { credentials: JSON.parse(content) as auth.JWTInput }),
        ...(content === undefined && credentials !== undefined ? { keyFile: credentials } : {}),
    });
    return (await google.getClient()) as auth.AuthClient;
}

/** A double gets no credentials, so it must be on this machine. */
async function anonymous(address: string): Promise<auth.AuthClient> {
    const host = new URL(address).hostname;
    if (host !== "127.0.0.1" && host !== "[::1]") {
        throw new Error(`${ADDRESS_VARIABLE} is for a double on 127.0.0.1, not for ${host}`);
    }
    return new (clientLibrary().PassThroughClient)();
}

/** Loaded here, so that only a program with a managed service on Google Cloud needs it. */
function clientLibrary(): typeof import("google-auth-library") {
    try {
        return require("google-auth-library") as typeof import("google-auth-library");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") {
            throw new Error(
                "a managed service on Google Cloud needs the package google-auth-library, which is not installed. " +
                    "Run: npm install google-auth-library",
            );
        }
        throw error;
    }
}
