import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { permissions } from '../../src/platform/authorization/index.js';
import {
  declaredRoutes,
  Public,
  refuseUndeclaredRoutes,
  Requires,
} from '../../src/platform/http/index.js';
import { serverRoutes } from '../support/server-routes.js';
import {
  standaloneApplication,
  type StandaloneApplication,
} from '../support/standalone-application.js';

/** Whom these serve is not the program's to decide: the description of the API is public. */
const undeclaredOnPurpose = /^GET \/(docs|openapi\.json)/;

/** The server prints one place that has several names as `:version|:selector`. */
const withoutNames = (route: string) => route.replace(/:[^/]+/g, ':');

describe('the routes of the program', () => {
  let standalone: StandaloneApplication;
  beforeAll(async () => {
    standalone = await standaloneApplication();
  });
  afterAll(() => standalone.close());

  it('each declare a permission that exists, or that they are public', () => {
    const { nest } = standalone.application;
    const known: readonly unknown[] = ['public', ...Object.keys(permissions)];

    const routes = declaredRoutes(nest.get(DiscoveryService));

    expect(routes.length).toBeGreaterThan(40);
    expect(routes.filter(({ access }) => !known.includes(access))).toEqual([]);
  });

  it('are all known to the check: nothing is served past it', () => {
    const { nest } = standalone.application;
    const declared = declaredRoutes(nest.get(DiscoveryService));

    const served = serverRoutes(nest).filter((route) => !undeclaredOnPurpose.test(route));

    expect(served.map(withoutNames).sort()).toEqual(
      declared.map(({ method, path }) => withoutNames(`${method} ${path}`)).sort(),
    );
  });

  it('that need no credential are these and no others', () => {
    const { nest } = standalone.application;

    const open = declaredRoutes(nest.get(DiscoveryService)).filter(
      ({ access }) => access === 'public',
    );

    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /health',
      'GET /live',
      'GET /metrics',
      'GET /problems',
      'GET /problems/:code',
      'GET /ready',
      'GET /v1/auth/methods',
      'GET /v1/keys',
      'GET /v1/version',
      'POST /v1/auth/login',
      'POST /v1/auth/oidc/authorize',
      'POST /v1/auth/oidc/token',
      'POST /v1/auth/refresh',
    ]);
  });
});

describe('a route that declares nothing', () => {
  @Controller('v1/leak')
  class LeakController {
    @Get('declared')
    @Requires('prompt:read')
    declared(): string {
      return 'declared';
    }

    @Get('forgotten/:id')
    forgotten(): string {
      return 'forgotten';
    }
  }

  @Controller('open')
  @Public()
  class OpenController {
    @Get()
    inherited(): string {
      return 'inherited';
    }
  }

  @Module({ imports: [DiscoveryModule], controllers: [LeakController, OpenController] })
  class LeakModule {}

  it('stops the boot with its name', async () => {
    const nest = await NestFactory.createApplicationContext(LeakModule, { logger: false });

    expect(() => {
      refuseUndeclaredRoutes(nest.get(DiscoveryService));
    }).toThrow(
      'these routes declare neither a permission nor that they are public: ' +
        'GET /v1/leak/forgotten/:id (LeakController.forgotten)',
    );
    await nest.close();
  });
});
