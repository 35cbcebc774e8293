// A stand-in for the client's JS-SDK, bound to one simulated chat:
//   <script src="…/jssdk/ww.js?userid=lin.xi&customer=wm…"></script>      a customer's chat
//   <script src="…/jssdk/ww.js?userid=lin.xi&chat_id=wr…"></script>       a customer group
// Also open_kfid= and entry=. The same keys in the page's own address win. In the sidebar of the phone
// page nothing need be said: the frame knows whose client it is in (its window.name).
// Signatures are checked by the sandbox; what is sent appears in the chat, sent by that member.
(function () {
  "use strict";
  const here = new URL(document.currentScript.src);
  const base = here.origin + "/jssdk/";
  const KEYS = ["userid", "customer", "chat_id", "open_kfid", "entry"];
  const page = new URLSearchParams(location.search);
  const client = openIn();
  const place = {};
  for (const key of KEYS) place[key] = page.get(key) || here.searchParams.get(key) || client[key] || "";

  function openIn() {
    try {
      const found = JSON.parse(window.name);
      return found?.client === "sandbox" ? found : {};
    } catch {
      return {};
    }
  }

  const state = { seat: "", ready: Promise.resolve(), given: null };
  const address = () => location.href.split("#")[0];

  async function post(name, body) {
    const answer = await fetch(base + name, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const found = await answer.json();
    if (found.errcode) throw { errCode: found.errcode, errMsg: found.errmsg };
    return found;
  }

  async function sit(corpid, agentid, signed) {
    const url = address();
    const found = await post("agent", { ...place, corpid, agentid: String(agentid), url, ...signed });
    state.seat = found.seat;
  }

  // -- the present SDK: global ww ----------------------------------------------------------------

  async function registered(options) {
    const url = address();
    if (options.getConfigSignature) {
      await post("check", { url, corpid: options.corpId, ...(await options.getConfigSignature(url)) });
    }
    if (options.onConfigSuccess) options.onConfigSuccess({ errMsg: "config:ok" });
    if (options.getAgentConfigSignature) {
      await sit(options.corpId, options.agentId, await options.getAgentConfigSignature(url));
    }
    if (options.onAgentConfigSuccess) options.onAgentConfigSuccess({ errMsg: "agentConfig:ok" });
  }

  function register(options) {
    state.ready = registered(options);
    state.ready.catch((error) => {
      const told = options.onAgentConfigFail || options.onConfigFail;
      if (told) told({ ...error, errMsg: "agentConfig:fail " + error.errMsg });
    });
  }

  async function run(api, args) {
    if (api === "getContext" && !state.seat) return post("context", place);
    return post("call", { api, seat: state.seat, args });
  }

  async function invoke(api, options) {
    const { success, fail, complete, ...args } = options || {};
    let told;
    try {
      await state.ready;
      const { errcode, errmsg, ...found } = await run(api, args);
      told = { ...found, errCode: 0, errMsg: api + ":ok" };
      if (success) success(told);
      return told;
    } catch (error) {
      told = { errCode: error.errCode ?? -1, errMsg: api + ":fail " + (error.errMsg || error) };
      if (fail) fail(told);
      throw told;
    } finally {
      if (complete) complete(told);
    }
  }

  const APIS = ["getContext", "getCurExternalContact", "getCurExternalChat", "sendChatMessage"];
  const ww = { register, invoke, SDK_VERSION: "sandbox" };
  for (const api of APIS) ww[api] = (options) => invoke(api, options);

  // -- the old SDK: global wx --------------------------------------------------------------------

  const wx = {
    config({ appId, timestamp, nonceStr, signature }) {
      state.ready = post("check", { url: address(), corpid: appId, timestamp, nonceStr, signature });
      state.ready.catch(() => {});
    },
    ready: (done) => void state.ready.then(done, () => {}),
    error: (told) => void state.ready.catch((error) => told({ errMsg: "config:fail " + error.errMsg })),
    agentConfig({ corpid, agentid, timestamp, nonceStr, signature, success, fail }) {
      state.ready = sit(corpid, agentid, { timestamp, nonceStr, signature });
      state.ready.then(
        () => success && success({ errMsg: "agentConfig:ok" }),
        (error) => fail && fail({ errMsg: "agentConfig:fail " + error.errMsg }),
      );
    },
    checkJsApi({ jsApiList, success }) {
      const checkResult = Object.fromEntries(jsApiList.map((api) => [api, APIS.includes(api)]));
      if (success) success({ checkResult, errMsg: "checkJsApi:ok" });
    },
    invoke(api, args, done) {
      const told = (found) => done && done({ ...found, err_msg: found.errMsg });
      invoke(api, args).then(told, told);
    },
  };

  window.ww = ww;
  window.wx = window.jWeixin = wx;
})();
