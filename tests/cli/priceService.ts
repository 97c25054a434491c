import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { refresh, type RefreshReport } from "../../cli/catalog/refresh";
import { Catalogue } from "../../placement/catalogue/catalogue";
import type { PricedCloud } from "../../placement/catalogue/data";
import { readData, shippedData } from "../../placement/catalogue/load";

export type Answer = (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    base: string,
    nth: number,
) => void;

/** A double of a provider's price service on loopback, and a catalogue that is refreshed from it. */
export interface PriceService {
    answer: Answer;
    asked: http.IncomingMessage[];
    /** The file that a refresh writes. */
    readonly out: string;
    refresh(cloud: PricedCloud, region: string, tries?: number): Promise<RefreshReport>;
    /** The refreshed catalogue. */
    read(): Catalogue;
}

/** Sets a service up before each test of a suite, and takes it down after. */
export function priceService(): PriceService {
    let folder: string;
    let server: http.Server;
    let base: string;
    const service: PriceService = {
        answer: (_, response) => void response.writeHead(404).end(),
        asked: [],
        get out() {
            return path.join(folder, "catalogue.json");
        },
        refresh: (cloud, region, tries = 3) =>
            refresh({
                clouds: [cloud],
                regions: [region],
                base: shippedData(),
                out: service.out,
                cache: path.join(folder, "cache"),
                today: "2026-11-26",
                googleKey: "secret",
                urls: { [cloud]: base },
                download: { tries, backoff: 1, timeout: 5000 },
            }),
        read: () => new Catalogue(readData(service.out)),
    };
    beforeEach(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-refresh-"));
        service.asked = [];
        server = http.createServer((request, response) =>
            service.answer(request, response, base, service.asked.push(request)),
        );
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
        server.closeAllConnections();
        server.close();
        fs.rmSync(folder, { recursive: true });
    });
    return service;
}

export function json(response: http.ServerResponse, body: unknown): void {
    response.end(JSON.stringify(body));
}
