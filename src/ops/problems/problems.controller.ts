import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { notFound, problemCatalogue } from '../../platform/errors/index.js';
import { Problems, Public } from '../../platform/http/index.js';
import { ProblemListResponse, ProblemTypeResponse } from './problems.dto.js';

/** The pages that the `type` of a problem points to (RFC 9457, 3.1.1). */
@ApiTags('system')
@Controller('problems')
@Public()
export class ProblemsController {
  /** Lists every problem that this server can answer with, by code. */
  @Get()
  listProblems(): ProblemListResponse {
    return { items: [...problemCatalogue()] };
  }

  /** Says what a problem code means. */
  @Get(':code')
  @Problems(notFound)
  getProblem(@Param('code') code: string): ProblemTypeResponse {
    const found = problemCatalogue().find((definition) => definition.code === code);
    if (found) return found;
    throw notFound('There is no problem of this code; /problems lists them all.');
  }
}
