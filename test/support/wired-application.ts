import { freshApplication, type FreshApplication } from './fresh-application.js';
import { freshDatabase } from './fresh-database.js';
import { HttpClient } from './http-client.js';
import { TcpProxy } from './tcp-proxy.js';

export interface WiredApplication {
  readonly app: FreshApplication;
  /** Between the application and its database. */
  readonly wire: TcpProxy;
  /** The first admin. */
  readonly admin: HttpClient;
  /** Of the same database, without the wire. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** An application whose wire to its database, which is a server, a test can cut. */
export async function wiredApplication(
  environment: Readonly<Record<string, string>> = {},
): Promise<WiredApplication> {
  const database = await freshDatabase();
  const url = new URL(database.url);
  const wire = await TcpProxy.to(url.hostname, Number(url.port));
  url.port = String(wire.port);
  const app = await freshApplication({ ...environment, DATABASE_URL: url.href });
  return {
    app,
    wire,
    admin: new HttpClient(app.url, app.admin.token),
    databaseUrl: database.url,
    close: async () => {
      await app.close();
      await wire.mend();
      await wire.cut();
      await database.drop();
    },
  };
}
