// Texts about connections that cannot come about. Few people ever see them: loaded when needed.

import { addTexts } from "./i18n.js";

export const FAULT_TEXTS = {
  en: {
    faultOrigin:
      "the server takes nothing from pages of {origin} · whoever runs it can allow them · {ink}",
    faultFrame:
      "this page is shut in a frame, which the server refuses · open it in a tab of its own "
      + "· {ink}",
    faultUpgrade:
      "something on the way lets no WebSocket through · whoever runs the server or your network "
      + "can change that · {ink}",
    faultStranger: "{host} answers, but not as this server does ({status}) · {ink}",
    faultLogin: "there is a login before the server · reload the page · {ink}",
    faultMoved: "the server has moved to {host} · {ink}",
    faultPolicy: "this page's security policy forbids the connection to {host} · {ink}",
    faultToken: "the token has characters that no token can have · {ink}",
    addressBroken: "this is no address of a server: {src}",
    addressFragment: "a server's address can have no “#”: {src}",
    addressScheme: "a server's address begins with wss: or ws:, which this one does not: {src}",
    addressInsecure: "a page of https: can connect to wss: only, and not to {src}",
    addressRefused: "the browser connects to no such address: {src}",
  },
  zh: {
    faultOrigin: "服务器不接受来自 {origin} 的页面 · 服务器管理员可以允许 · {ink}",
    faultFrame: "本页处于受限框架中，服务器拒绝连接 · 请在单独的标签页中打开 · {ink}",
    faultUpgrade: "通往服务器的途中不允许 WebSocket 通过 · 服务器或网络的管理员可以解决 · {ink}",
    faultStranger: "{host} 有应答，但不是此服务器的应答（{status}）· {ink}",
    faultLogin: "访问服务器前需要登录 · 请刷新页面 · {ink}",
    faultMoved: "服务器已迁至 {host} · {ink}",
    faultPolicy: "本页的安全策略禁止连接 {host} · {ink}",
    faultToken: "令牌含有不允许的字符 · {ink}",
    addressBroken: "这不是服务器地址：{src}",
    addressFragment: "服务器地址中不能有“#”：{src}",
    addressScheme: "服务器地址须以 wss: 或 ws: 开头，而这个不是：{src}",
    addressInsecure: "https: 页面只能连接 wss:，不能连接 {src}",
    addressRefused: "浏览器不允许连接此地址：{src}",
  },
};

addTexts(FAULT_TEXTS);
