#!/usr/bin/env node
// A file of its own, because a build replaces dist and with it the mark that it may be executed.
import '../dist/src/cli.js';
