"""Ordinary programs: orchestration as models write it. Each defines ``run``; under the policy it does what it does without."""

PROGRAMS: dict[str, str] = {
    "the founding example": """
import asyncio, json

async def run(call_agent, question="life"):
    # Step 1: Expand query
    queries = json.loads(await call_agent("query_expander", {"input": question}))

    # Step 2: Search in parallel
    findings = await asyncio.gather(*[
        call_agent("searcher", {"input": q}) for q in queries
    ])

    # Step 3: Synthesize
    return await call_agent("synthesizer", {"input": findings})
""",
    "map and reduce": '''
"""Summarises a long text piece by piece."""
import asyncio
from typing import Any

CHUNK = 20

def split(text: str, size: int = CHUNK) -> list[str]:
    return [text[i:i + size] for i in range(0, len(text), size)]

async def run(call_agent) -> dict[str, Any]:
    chunks = split("lorem ipsum dolor sit amet " * 4)
    parts = await asyncio.gather(*(call_agent("searcher", {"input": c}) for c in chunks))
    summary = await call_agent("synthesizer", {"input": list(parts)})
    return {"chunks": len(chunks), "summary": summary[:40]}
''',
    "retry with back-off": """
import asyncio

class Exhausted(Exception):
    pass

async def retry(call, attempts: int = 3, delay: float = 0.001):
    last = None
    for attempt in range(1, attempts + 1):
        try:
            return await call()
        except Exception as error:
            last = error
            await asyncio.sleep(delay * 2 ** attempt)
    raise Exhausted(f"gave up after {attempts}: {last}") from last

async def run(call_agent):
    try:
        await retry(lambda: call_agent("flaky", {"input": 1}))
    except Exhausted as e:
        return str(e), await retry(lambda: call_agent("scorer", {"input": "abc"}))
""",
    "errors collected": """
import asyncio

async def run(call_agent):
    names = ["searcher", "flaky", "scorer"]
    results = await asyncio.gather(*[call_agent(n, {"input": "q"}) for n in names], return_exceptions=True)
    ok = {n: r for n, r in zip(names, results) if not isinstance(r, Exception)}
    bad = {n: f"{type(r).__name__}: {r}" for n, r in zip(names, results) if isinstance(r, Exception)}
    return ok, bad
""",
    "agent errors by name": """
async def run(call_agent):
    try:
        await call_agent("flaky", {})
    except AgentFailedError as e:
        return "failed", str(e), isinstance(e, AgentError)
""",
    "time limit": """
import asyncio

async def run(call_agent):
    try:
        return await asyncio.wait_for(call_agent("slow", {"input": 1}), timeout=0.01)
    except asyncio.TimeoutError:
        return "late"
""",
    "tasks": """
import asyncio

async def run(call_agent):
    tasks = [asyncio.create_task(call_agent("scorer", {"input": "x" * n}), name=f"t{n}") for n in (3, 1, 2)]
    done = []
    for task in tasks:
        done.append((task.get_name(), await task, task.done(), task.result()))
    return done
""",
    "first that answers": """
import asyncio

async def run(call_agent):
    slow = asyncio.create_task(call_agent("slow", {"input": 1}))
    fast = asyncio.create_task(call_agent("scorer", {"input": "abc"}))
    done, pending = await asyncio.wait({slow, fast}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return [t.result() for t in done], len(pending), slow.cancelled() or slow.done()
""",
    "as they come": """
import asyncio

async def run(call_agent):
    jobs = [call_agent("scorer", {"input": "x" * n}) for n in (1, 2, 3)]
    total = 0
    for job in asyncio.as_completed(jobs):
        total += await job
    return total
""",
    "chunks": """
import asyncio

def batches(items, n):
    for i in range(0, len(items), n):
        yield items[i:i + n]

async def run(call_agent):
    out = []
    for batch in batches(list(range(7)), 3):
        out.extend(await asyncio.gather(*[call_agent("scorer", {"input": str(i)}) for i in batch]))
    return out
""",
    "workers and a queue": """
import asyncio

async def worker(queue, call_agent, results):
    while not queue.empty():
        item = queue.get_nowait()
        results[item] = await call_agent("scorer", {"input": item})
        queue.task_done()

async def run(call_agent):
    queue = asyncio.Queue()
    for word in ["a", "bb", "ccc"]:
        queue.put_nowait(word)
    results = {}
    await asyncio.gather(*[worker(queue, call_agent, results) for _ in range(2)])
    return results
""",
    "a semaphore by hand": """
import asyncio

async def run(call_agent):
    limit = asyncio.Semaphore(2)

    async def one(n):
        await limit.acquire()
        try:
            return await call_agent("scorer", {"input": "x" * n})
        finally:
            limit.release()

    return await asyncio.gather(*map(one, range(4))), limit.locked()
""",
    "refine until good": """
async def run(call_agent):
    draft, rounds, history = "short", 0, []
    while rounds < 5:
        review = await call_agent("critic", {"input": draft})
        history.append({"round": rounds, **review})
        if review["verdict"] == "ok":
            break
        draft += " and more"
        rounds += 1
    return {"draft": draft, "rounds": rounds, "history": [h["verdict"] for h in history]}
""",
    "debate": """
import asyncio
from dataclasses import dataclass, field

@dataclass
class Speaker:
    name: str
    lines: list[str] = field(default_factory=list)

    async def speak(self, call_agent, topic: str) -> str:
        line = await call_agent("searcher", {"input": f"{self.name} on {topic}"})
        self.lines.append(line)
        return line

async def run(call_agent):
    pro, con = Speaker("pro"), Speaker("con")
    topic = "tea"
    for turn in range(2):
        for speaker in (pro, con):
            topic = (await speaker.speak(call_agent, topic))[:30]
    return {s.name: len(s.lines) for s in (pro, con)}, topic
""",
    "routing": """
ROUTES = {
    "math": ("scorer", lambda q: q.split(":", 1)[1]),
    "find": ("searcher", lambda q: q[5:].strip()),
}

async def route(question, call_agent):
    for prefix, (agent, clean) in ROUTES.items():
        if question.startswith(prefix):
            return await call_agent(agent, {"input": clean(question)})
    return await call_agent("synthesizer", {"input": question})

async def run(call_agent):
    return [await route(q, call_agent) for q in ("math: 1+1", "find cats", "else")]
""",
    "vote": """
import asyncio
from collections import Counter

async def run(call_agent):
    votes = await asyncio.gather(*[call_agent("scorer", {"input": w}) for w in ("aa", "b", "cc", "ddd")])
    (winner, count), *_ = Counter(votes).most_common()
    return winner, count
""",
    "a reply read with care": """
import json
import re

def extract(text):
    match = re.search(r"\\{.*\\}|\\[.*\\]", text, re.DOTALL)
    try:
        return json.loads(match.group(0)) if match else None
    except (json.JSONDecodeError, TypeError):
        return None

async def run(call_agent):
    good = extract("Sure! ```json\\n" + await call_agent("query_expander", {"input": "q"}) + "\\n```")
    return good, extract("nothing"), extract("{broken}")
""",
    "a plan run in order": """
import asyncio

async def run(call_agent):
    plan = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    results = {}
    while len(results) < len(plan):
        ready = sorted(k for k, needs in plan.items() if k not in results and all(n in results for n in needs))
        answers = await asyncio.gather(*[
            call_agent("synthesizer", {"input": [results[n] for n in plan[k]] or [k]}) for k in ready
        ])
        results.update(zip(ready, answers))
    return results
""",
    "a report": '''
import json
from datetime import date

async def run(call_agent, day="2024-05-06"):
    """Write a short report."""
    when = date.fromisoformat(day)
    scores = {w: await call_agent("scorer", {"input": w}) for w in ("alpha", "be")}
    best, worst = max(scores, key=scores.get), min(scores, key=scores.get)
    lines = [f"# Report of {when:%d %B %Y}", ""]
    lines += [f"- {name:<8}{score:>4} {'*' * score}" for name, score in sorted(scores.items())]
    lines.append(f"best {best!s}, worst {worst!r}, mean {sum(scores.values()) / len(scores):.1f}")
    print(f"done in {len(lines)} lines")
    return "\\n".join(lines), json.dumps(scores)
''',
    "recursive research": """
import asyncio

async def explore(topic, depth, call_agent, seen):
    if depth == 0 or topic in seen:
        return []
    seen.add(topic)
    found = [await call_agent("searcher", {"input": topic})]
    nested = await asyncio.gather(*[explore(f"{topic}.{i}", depth - 1, call_agent, seen) for i in range(2)])
    for part in nested:
        found.extend(part)
    return found

async def run(call_agent):
    found = await explore("t", 3, call_agent, set())
    return len(found), found[0]
""",
    "state in a class": """
class Session:
    def __init__(self, call_agent):
        self.call_agent = call_agent
        self.history = []
        self._tokens = 0

    async def ask(self, text, **options):
        self.history.append({"role": "user", "content": text, **options})
        answer = await self.call_agent("searcher", {"input": text})
        self._tokens += len(answer.split())
        self.history.append({"role": "assistant", "content": answer})
        return answer

    @property
    def tokens(self):
        return self._tokens

async def run(call_agent):
    s = Session(call_agent)
    await s.ask("one", temperature=0.2)
    await s.ask("two words")
    return s.tokens, [h["role"] for h in s.history], s.history[0]["temperature"]
""",
    "typed pipeline": """
from typing import Awaitable, Callable

Step = Callable[[str], Awaitable[str]]

def step(agent: str, call_agent) -> Step:
    async def inner(text: str) -> str:
        return str(await call_agent(agent, {"input": text}))
    return inner

async def pipeline(text: str, *steps: Step) -> str:
    for each in steps:
        text = await each(text)
    return text

async def run(call_agent):
    return await pipeline("go", step("searcher", call_agent), step("scorer", call_agent))
""",
}
