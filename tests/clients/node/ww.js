// Runs the sandbox's ww.js as a page would: `ww.js {script, page, corp, agent, config, agentConfig}`.
const vm = require("vm");

async function main(given) {
  const source = await (await fetch(given.script)).text();
  const page = new URL(given.page);
  const window = { location: page, document: { currentScript: { src: given.script } }, fetch, URL };
  window.window = window;
  window.URLSearchParams = URLSearchParams;
  vm.runInNewContext(source, window);
  const said = [];
  const step = async (work) => said.push(await work.then((ok) => ok, (error) => error));
  const { ww, wx } = window;
  await step(ww.getContext());
  ww.register({
    corpId: given.corp,
    agentId: given.agent,
    jsApiList: ["sendChatMessage"],
    getConfigSignature: async () => given.config,
    getAgentConfigSignature: async () => given.agentConfig,
  });
  await step(ww.getCurExternalContact());
  await step(ww.getCurExternalChat());
  await step(ww.sendChatMessage({ msgtype: "text", text: { content: "您好" }, enterChat: true }));
  const { nonceStr, timestamp, signature } = given.agentConfig;
  await step(new Promise((success, fail) => wx.agentConfig(
    { corpid: given.corp, agentid: given.agent, nonceStr, timestamp, signature, success, fail })));
  await step(new Promise((done) => wx.invoke("getCurExternalContact", {}, done)));
  await step(new Promise((success, fail) => wx.agentConfig(
    { corpid: given.corp, agentid: given.agent, nonceStr, timestamp, signature: "0", success, fail })));
  process.stdout.write(JSON.stringify(said));
}

main(JSON.parse(process.argv[2]));
