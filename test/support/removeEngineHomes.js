const { rmSync } = require('node:fs');

module.exports = () => rmSync(process.env.ENGINE_HOMES, { recursive: true, force: true });
