/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @typescript-eslint/no-require-imports */
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** One folder for the homes of all engines of a test run: a worker that jest ends cannot clean up behind itself. */
module.exports = () => {
	process.env.ENGINE_HOMES = mkdtempSync(join(tmpdir(), 'engine-homes-'));
};
