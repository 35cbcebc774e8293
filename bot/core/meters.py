"""Everything that is counted, by the name that ``/metrics`` shows (docs/operations.md)."""

from __future__ import annotations

from bot.core.tally import SIZES, Count, Spread

CALLBACKS = Count("onevoice_callbacks", "Callbacks by outcome", ("outcome",))
CALLBACK_SECONDS = Spread("onevoice_callback_seconds", "From a callback's arrival to its answer")
TURNS = Count("onevoice_turns", "Turns by outcome", ("outcome",))
DECIDE_SECONDS = Spread("onevoice_decide_seconds", "Working out what a turn answers")
SENDS = Count("onevoice_sends", "Calls that send, by channel and outcome", ("channel", "outcome"))
SEND_SECONDS = Spread("onevoice_send_seconds", "One call that sends, uploads included",
                      ("channel",))  # fmt: skip
RETRIES = Count("onevoice_send_retries", "Calls that were a second or later attempt", ("channel",))
RATE_WAITS = Count("onevoice_rate_waits", "Messages put back because a rate was used up",
                   ("channel",))  # fmt: skip
BATCH_WRITES = Spread("onevoice_commit_writes", "Writes that shared one transaction", bounds=SIZES)
COMMIT_SECONDS = Spread("onevoice_commit_seconds", "One transaction with its commit")
BUSY = Count("onevoice_busy", "Writes refused because too many waited")
TOKENS = Count("onevoice_token_refreshes", "Access tokens that were fetched, by outcome",
               ("outcome",))  # fmt: skip
FAULTS = Count("onevoice_worker_faults", "Errors that a worker or its task met", ("worker",))
MODEL = Count("onevoice_model_answers", "What came of asking the language model", ("outcome",))
PAYMENTS = Count("onevoice_payments", "Red packets that were paid or asked about, by outcome",
                 ("outcome",))  # fmt: skip

MEMBER_PAGE = Count("onevoice_member_page", "Answers of the member page, by status", ("status",))

COUNTS = (CALLBACKS, TURNS, SENDS, RETRIES, RATE_WAITS, BUSY, TOKENS, FAULTS, MODEL, PAYMENTS,
          MEMBER_PAGE)  # fmt: skip
SPREADS = (CALLBACK_SECONDS, DECIDE_SECONDS, SEND_SECONDS, BATCH_WRITES, COMMIT_SECONDS)
