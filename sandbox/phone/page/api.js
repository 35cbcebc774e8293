// The control plane, and its refusals in Chinese.
import { toast } from "./dom.js";

const REFUSALS = [
  [/already a friend/, "已经是好友了。想再看一次欢迎，就换一位新客户。"],
  [/are not friends/, "你们还不是好友，先在「通讯录」里添加。"],
  [/cannot be added|can_add/, "这位同事没有开通客户联系，加不了。"],
  [/session has ended/, "这次会话已经结束；直接说一句话就会重新开始。"],
  [/session has already ended/, "会话已经结束了。"],
  [/has not taken this session/, "先点「接管」，才能在这里说话。"],
  [/95014|does not serve|servicer/, "这位同事不是这个客服账号的接待人员。"],
  [/was cancelled/, "这个任务已经撤掉了，不能再发。"],
  [/is already in/, "已经在群里了。"],
  [/cannot leave/, "现在不能退群（群主不能退）。"],
  [/cannot see/, "看不到这条朋友圈了。"],
  [/never goes back/, "平台的时间只能往前走。"],
  [/not a link of this platform/, "这不是沙盒里的链接，或者被改过。"],
];

function inChinese(error) {
  const found = REFUSALS.find(([pattern]) => pattern.test(error));
  return found ? found[1] : `沙盒没有接受：${error}`;
}

async function ask(path, options) {
  try {
    const answer = await fetch(`/sandbox${path}`, options);
    const body = await answer.json();
    if (answer.ok) return body;
    toast(inChinese(String(body.error || answer.status)), true);
  } catch {
    toast("沙盒没有回应。它还开着吗？重新运行 make run 后刷新本页。", true);
  }
  return null;
}

export const get = (path) => ask(path, {});
export const post = (path, body = {}) => ask(path, { method: "POST", body: JSON.stringify(body) });
export const id = encodeURIComponent;
