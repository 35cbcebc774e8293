"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    campaign_acts,
    campaign_form,
    campaign_ledger,
    campaign_one,
    campaigns,
    consents,
    content,
    content_edit,
    content_new,
    content_one,
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
    member_copy,
    member_erase,
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
    rota,
    setup,
    sheet,
    sidebar,
    staff,
    tasks,
    tasks_mine,
    value,
    value_buyers,
    value_invites,
    wecom,
)

_STUDIO = (content, content_edit, content_new, content_one, content_trial)
_PERSONA = (persona, persona_edit, questions, imports, mix, media, consents)
_MEMBERS = (members, member_one, member_timeline, member_acts, member_wishes, member_merge,
            member_erase, member_copy)  # fmt: skip
_PLAN = (plan, plan_entry, plan_changes, rehearsal)
_CAMPAIGNS = (campaigns, campaign_form, campaign_one, campaign_ledger, campaign_acts)
_FLOWS = (flows, flow_one, flow_acts, refusals, refusals_why)
_BEFORE = (home, inbox, door, wecom, setup, me, look, live, sidebar, more, inbox_joins, inbox_left,
           rota, tasks, tasks_mine)  # fmt: skip
_AFTER = (value, value_buyers, value_invites, figures, staff, audit, sheet)
_ALL = (*_BEFORE, *_MEMBERS, *_PLAN, *_CAMPAIGNS, *_FLOWS, *_STUDIO, *_PERSONA, *_AFTER)
PAGES = tuple(module.PAGE for module in _ALL)
