"""Every callback that the platform's pages print, as it arrives once decrypted."""

from __future__ import annotations

import re

from bot.wecom.codec import Tree, parse_xml


def xml(rest: str, sender: str = "sys") -> Tree:
    """A decrypted callback as it comes over the wire: header, then ``rest`` with CDATA."""
    head = f"<ToUserName>wwCORP</ToUserName><FromUserName>{sender}</FromUserName>"
    body = re.sub(r">([^<>]+)<", r"><![CDATA[\1]]><", head + rest)
    return parse_xml(f"<xml>{body}<CreateTime>1790000000</CreateTime></xml>".encode())


def staff(rest: str) -> Tree:
    return xml(rest, "li.na")


def event(rest: str, sender: str = "sys") -> Tree:
    return xml(f"<MsgType>event</MsgType>{rest}", sender)


def contact(rest: str) -> Tree:
    return event(f"<Event>change_external_contact</Event>{rest}")


def chat(rest: str) -> Tree:
    return event(f"<Event>change_external_chat</Event><ChatId>wrTEST01</ChatId>{rest}")


PAIR = "<UserID>li.na</UserID><ExternalUserID>wmTEST0001</ExternalUserID>"
AGENT = "<AgentID>1000002</AgentID>"


def message(kind: str, number: int, rest: str) -> Tree:
    return staff(f"<MsgType>{kind}</MsgType>{rest}<MsgId>700000000000000000{number}</MsgId>{AGENT}")


APP = ("app", "assistant", "li.na")
CONTACT = ("contact", "li.na", "wmTEST0001")
GROUP = ("group", "", "wrTEST01")
SYSTEM = ("app", "assistant", "sys")

# name: (tree, (channel, account, peer), kind, event)
EXAMPLES: dict[str, tuple[Tree, tuple[str, str, str], str, str]] = {
    "text": (message("text", 1, "<Content>hi</Content>"), APP, "text", ""),
    "image": (message("image", 2, "<PicUrl>https://sbx/p.jpg</PicUrl><MediaId>M1</MediaId>"),
              APP, "image", ""),
    "voice": (message("voice", 3, "<MediaId>M2</MediaId><Format>amr</Format>"), APP, "voice", ""),
    "video": (message("video", 4, "<MediaId>M3</MediaId><ThumbMediaId>T3</ThumbMediaId>"),
              APP, "video", ""),
    "location": (message("location", 5, "<Location_X>23.1</Location_X><Location_Y>113</Location_Y>"
                         "<Scale>15</Scale><Label>Gate 2</Label>"),
                 APP, "location", ""),
    "link": (message("link", 6, "<Title>T</Title><Description>D</Description><Url>https://s/x</Url>"),
             APP, "link", ""),
    "enter_agent": (event(f"<Event>enter_agent</Event><EventKey></EventKey>{AGENT}", "li.na"),
                    APP, "event", "app.enter"),
    "subscribe": (event(f"<Event>subscribe</Event><EventKey></EventKey>{AGENT}", "li.na"),
                  APP, "event", "app.subscribe"),
    "unsubscribe": (event(f"<Event>unsubscribe</Event><EventKey></EventKey>{AGENT}", "li.na"),
                    APP, "event", "app.unsubscribe"),
    "click": (event(f"<Event>click</Event><EventKey>menu_today</EventKey>{AGENT}", "li.na"),
              APP, "event", "app.click:menu_today"),
    "view": (event(f"<Event>view</Event><EventKey>https://s.example</EventKey>{AGENT}", "li.na"),
             APP, "event", "wecom.view"),
    "LOCATION": (event("<Event>LOCATION</Event><Latitude>23.104</Latitude><Longitude>113.320"
                       f"</Longitude><Precision>65.000</Precision>{AGENT}", "li.na"),
                 APP, "event", "wecom.LOCATION"),
    "scancode": (event("<Event>scancode_waitmsg</Event><EventKey>k</EventKey><ScanCodeInfo>"
                       "<ScanType>qrcode</ScanType><ScanResult>ABC</ScanResult></ScanCodeInfo>"
                       f"{AGENT}", "li.na"),
                 APP, "event", "wecom.scancode_waitmsg"),
    "card_event": (event("<Event>template_card_event</Event><EventKey>send_now</EventKey>"
                         f"<TaskId>t-42</TaskId><ResponseCode>RC-9</ResponseCode>{AGENT}<SelectedItems>"
                         "<SelectedItem><QuestionKey>tone</QuestionKey><OptionIds><OptionId>friendly"
                         "</OptionId></OptionIds></SelectedItem></SelectedItems>", "li.na"),
                   APP, "event", "app.card:send_now"),
    "card_menu": (event("<Event>template_card_menu_event</Event><EventKey>mute</EventKey>"
                        f"<TaskId>t-42</TaskId><ResponseCode>RC-10</ResponseCode>{AGENT}", "li.na"),
                  APP, "event", "app.card:mute"),
    "add": (contact(f"<ChangeType>add_external_contact</ChangeType>{PAIR}<State>poster-a</State>"
                    "<WelcomeCode>WC-1</WelcomeCode>"), CONTACT, "event", "contact.added"),
    "edit": (contact(f"<ChangeType>edit_external_contact</ChangeType>{PAIR}"),
             CONTACT, "event", "contact.edited"),
    "half": (contact("<ChangeType>add_half_external_contact</ChangeType><UserID>li.na</UserID>"
                     "<ExternalUserID>wmTEST0002</ExternalUserID><State>poster-a</State>"
                     "<WelcomeCode>WC-2</WelcomeCode>"),
             ("contact", "li.na", "wmTEST0002"), "event", "contact.half_added"),
    "del": (contact(f"<ChangeType>del_external_contact</ChangeType>{PAIR}"
                    "<Source>DELETE_BY_TRANSFER</Source>"),
            CONTACT, "event", "contact.removed_by_staff"),
    "del_follow": (contact(f"<ChangeType>del_follow_user</ChangeType>{PAIR}"),
                   CONTACT, "event", "contact.removed"),
    "transfer_fail": (contact("<ChangeType>transfer_fail</ChangeType><FailReason>customer_refused"
                              f"</FailReason>{PAIR}"), CONTACT, "event", "contact.transfer_failed"),
    "archive_agreed": (contact(f"<ChangeType>msg_audit_approved</ChangeType>{PAIR}"
                               "<WelcomeCode>WC-3</WelcomeCode>"),
                       CONTACT, "event", "contact.archive_agreed"),
    "chat_create": (chat("<ChangeType>create</ChangeType>"), GROUP, "event", "group.create"),
    "chat_join": (chat("<ChangeType>update</ChangeType><UpdateDetail>add_member</UpdateDetail>"
                       "<JoinScene>3</JoinScene><MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>"
                       "wmTEST0001</Item></MemChangeList><CurMemVer>v2</CurMemVer>"),
                  GROUP, "event", "group.add_member"),
    "chat_leave": (chat("<ChangeType>update</ChangeType><UpdateDetail>del_member</UpdateDetail>"
                        "<QuitScene>1</QuitScene><CurMemVer>v3</CurMemVer>"),
                   GROUP, "event", "group.del_member"),
    **{f"chat_{what}": (chat("<ChangeType>update</ChangeType>"
                             f"<UpdateDetail>change_{what}</UpdateDetail>"),
                        GROUP, "event", f"group.change_{what}")
       for what in ("owner", "name", "notice")},
    "chat_dismiss": (chat("<ChangeType>dismiss</ChangeType>"), GROUP, "event", "group.dismiss"),
    "tag": (event("<Event>change_external_tag</Event><Id>etTAG01</Id><TagType>tag</TagType>"
                  "<ChangeType>create</ChangeType>"),
            SYSTEM, "event", "wecom.change_external_tag"),
    "tag_group": (event("<Event>change_external_tag</Event><Id>etGRP01</Id>"
                        "<TagType>tag_group</TagType><ChangeType>update</ChangeType>"),
                  SYSTEM, "event", "wecom.change_external_tag"),
    "shuffle": (event("<Event>change_external_tag</Event><Id>etGRP01</Id>"
                      "<ChangeType>shuffle</ChangeType>"),
                SYSTEM, "event", "wecom.change_external_tag"),
    "acquisition": (event("<Event>customer_acquisition</Event>"
                          "<ChangeType>balance_low</ChangeType>"),
                    SYSTEM, "event", "wecom.customer_acquisition"),
}  # fmt: skip
