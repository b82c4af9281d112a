/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @typescript-eslint/no-require-imports */
const { rmSync } = require('node:fs');

module.exports = () => rmSync(process.env.ENGINE_HOMES, { recursive: true, force: true });
