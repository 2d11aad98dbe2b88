"""A receiver in FastAPI: it acts on genuine alerts only, and on each once."""

import os
from typing import Annotated

import uvicorn
from exosphere_alerts import WebhookEvent, WebhookVerificationError, verify
from fastapi import Depends, FastAPI, HTTPException, Request

SECRET = os.environ["SECRET"]
PORT = int(os.environ.get("PORT", "9009"))

#: Delivery is at least once. A database does this in earnest; the oldest may be forgotten after the retries' time.
seen: set[str] = set()

app = FastAPI()


async def verified(request: Request) -> WebhookEvent:
    """The alert of a request that is genuine; 401 for any other."""
    try:
        return verify(await request.body(), request.headers.items(), SECRET)
    except WebhookVerificationError as error:
        raise HTTPException(error.status or 401, error.code) from error


@app.post("/hook", status_code=204)
async def hook(event: Annotated[WebhookEvent, Depends(verified)]) -> None:
    # Answer within seconds, and do what takes longer afterwards.
    if event["id"] in seen:
        return
    seen.add(event["id"])
    alert = event["data"]["alert"]
    print(f"{alert['severity']}: {alert['summary']}", flush=True)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, access_log=False)
