import Fastify from 'fastify';
import { rawPaths, type RawPlan } from './plan.js';
import { openPublisher } from './publish.js';
import { openRowReader } from './row.js';

const plan = JSON.parse(process.argv[2] ?? '') as RawPlan;
const app = Fastify({ routerOptions: { maxParamLength: 1024 } });
const type = 'application/json; charset=utf-8';

switch (plan.kind) {
  case 'string':
    app.get(rawPaths.string, (_request, reply) => {
      void reply.header('Content-Type', type).send(plan.body);
    });
    break;
  case 'row': {
    const read = openRowReader(plan);
    app.get<{ Params: { name: string; version: string } }>(
      `${rawPaths.row}/:name/:version`,
      async ({ params }, reply) =>
        reply.header('Content-Type', type).send(await read(params.name, params.version)),
    );
    break;
  }
  case 'publish': {
    const publish = openPublisher(plan);
    app.post<{ Params: { name: string }; Body: { content: object } }>(
      `${rawPaths.publish}/:name`,
      async ({ params, body }, reply) =>
        reply
          .status(201)
          .header('Content-Type', type)
          .send(await publish(params.name, JSON.stringify(body.content))),
    );
  }
}

app.setErrorHandler((error, _request, reply) => {
  process.stderr.write(`${String(error)}\n`);
  void reply.status(500).send(error);
});
process.stdout.write(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
