// n8n-workflow, loaded when something of it is used: few tests use it, and loading it takes longer than most tests.
const load = () => require('../../node_modules/n8n-workflow');

module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? true : load()[name]) });
