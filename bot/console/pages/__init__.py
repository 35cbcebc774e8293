"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    campaign_acts,
    campaign_form,
    campaign_ledger,
    campaign_one,
    campaigns,
    circle_carriers,
    circle_flow,
    circle_flow_rows,
    circle_ledger,
    circle_links,
    circle_one,
    circle_queue,
    circle_rows,
    circles,
    consents,
    content,
    content_edit,
    content_new,
    content_one,
    content_posts,
    content_trial,
    door,
    figures,
    flow_acts,
    flow_one,
    flows,
    home,
    imports,
    inbox,
    inbox_joins,
    inbox_left,
    live,
    look,
    me,
    media,
    member_acts,
    member_comments,
    member_copy,
    member_erase,
    member_kin,
    member_merge,
    member_one,
    member_timeline,
    member_wishes,
    members,
    mix,
    more,
    persona,
    persona_edit,
    plan,
    plan_changes,
    plan_entry,
    questions,
    refusals,
    refusals_why,
    rehearsal,
    reward_one,
    rewards,
    rota,
    segment_acts,
    segment_form,
    segment_one,
    segments,
    setup,
    sheet,
    sidebar,
    staff,
    tasks,
    tasks_mine,
    value,
    value_buyers,
    value_codes,
    value_invites,
    value_koc,
    value_koc_one,
    value_settle,
    value_stage,
    value_tree,
    wecom,
)

_STUDIO = (content, content_edit, content_new, content_one, content_posts, content_trial)
_PERSONA = (persona, persona_edit, questions, imports, mix, media, consents)
_MEMBERS = (members, member_one, member_timeline, member_acts, member_wishes, member_merge,
            member_erase, member_copy, member_kin, member_comments)  # fmt: skip
_CIRCLES = (circles, circle_one, circle_queue, circle_ledger, circle_rows, circle_flow,
            circle_flow_rows, circle_links, circle_carriers)  # fmt: skip
_SEGMENTS = (segments, segment_form, segment_one, segment_acts)
_PLAN = (plan, plan_entry, plan_changes, rehearsal)
_CAMPAIGNS = (campaigns, campaign_form, campaign_one, campaign_ledger, campaign_acts)
_FLOWS = (flows, flow_one, flow_acts, refusals, refusals_why)
_BEFORE = (home, inbox, door, wecom, setup, me, look, live, sidebar, more, inbox_joins, inbox_left,
           rota, tasks, tasks_mine)  # fmt: skip
_VALUE = (value, value_buyers, value_invites, value_tree, value_codes, value_koc, value_koc_one,
          value_settle, value_stage)  # fmt: skip
_REWARDS = (rewards, reward_one)
_AFTER = (*_VALUE, figures, staff, audit, sheet)
_WORK = (*_PLAN, *_CAMPAIGNS, *_FLOWS, *_STUDIO, *_PERSONA)
_ALL = (*_BEFORE, *_MEMBERS, *_CIRCLES, *_SEGMENTS, *_REWARDS, *_WORK, *_AFTER)
PAGES = tuple(module.PAGE for module in _ALL)
