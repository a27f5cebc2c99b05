import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/http/index.js';
import { programVersion } from './program-version.js';
import { ProgramVersionResponse } from './version.dto.js';

@ApiTags('system')
@Controller('v1/version')
@Public()
export class ProgramVersionController {
  /** Names the program and its version. */
  @Get()
  getProgramVersion(): ProgramVersionResponse {
    return { name: 'promptd', version: programVersion, node: process.version };
  }
}
