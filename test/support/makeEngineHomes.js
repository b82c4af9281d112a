const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** One folder for the homes of all engines of a test run: a worker that jest ends cannot clean up behind itself. */
module.exports = () => {
	process.env.ENGINE_HOMES = mkdtempSync(join(tmpdir(), 'engine-homes-'));
};
