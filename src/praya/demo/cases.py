"""The applications of the demo, as data. Months count from the programme's first; all invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

H800, ASCEND = "nvidia-h800", "huawei-ascend-910"
IRON, THREADS = "iluvatar-bi-v100", "moore-threads-mtt-s4000"
OPEN = 99  # a batch that is still open

Fate = Literal[
    "award", "part", "conditional", "reject", "wait", "defer", "withdraw",
    "offer", "draft", "screen", "asked", "review", "decide",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Runs:
    """What the team will run on a line: jobs of so many hours, else the training of every form."""

    jobs: int
    cards: int
    hours: int | None
    again_percent: int = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """One request line: cards held, or card-hours, from a month on for so many months."""

    model: str
    cards: int
    start: int
    months: int
    hours: int = 0
    given: int | None = None  # what is awarded, where it is less: cards, or card-hours
    runs: Runs | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An application and what becomes of it. ``month`` and ``day`` say when it is submitted."""

    key: str
    house: str
    lead: str
    title: str
    title_zh: str
    summary: str
    summary_zh: str
    area: str
    sector: str
    asks: tuple[Ask, ...]
    month: int
    day: int
    fate: Fate
    quality: int = 4
    rate_percent: int = 70
    reasons: str = "Fits the aims of the programme; the amount is well argued."
    conditions: str = ""
    rate_reason: str = ""
    twist: Literal["", "asked", "returned", "conflict", "recusal"] = ""
    members: tuple[str, ...] = field(default=())


# fmt: off
HARBOUR: tuple[Story, ...] = (
    Story("llm", "quayside", "lead", "A language model for the city", "為城市而設的語言模型",
          "We train an open language model in Cantonese, Mandarin and English for public offices.",
          "我們訓練一個粵語、普通話和英語的開放語言模型，供公共機構使用。",
          "language", "government",
          (Ask(H800, 384, 4, 10), Ask(H800, 64, 4, 12, hours=30_000, runs=Runs(300, 32, 3))), 0, 12, "award", 5, 90,
          "Unique in the city, and of use to every public office.",
          rate_reason="No other team can build it, and every public office may use the result.",
          twist="recusal", members=("member",)),
    Story("materials", "lantern", "wing", "Learned potentials for new materials", "以學習勢能尋找新材料",
          "Neural potentials replace most quantum calculations in the search for membranes.",
          "以神經網絡勢能取代大部分量子計算，尋找新薄膜材料。",
          "science", "materials", (Ask(ASCEND, 256, 4, 12),), 0, 20, "award", 5),
    Story("enzymes", "kelp", "kelp", "Designing enzymes for synthetic biology", "為合成生物學設計酶",
          "Generative models propose enzymes that break down harbour plastics; a laboratory tests them.",
          "生成模型提出分解海港塑膠的酶，並由實驗室驗證。",
          "science", "life-science", (Ask(IRON, 128, 4, 12),), 1, 6, "award", 4, twist="asked"),
    Story("imaging", "medicine", "harvey", "A large model for medical images", "醫學影像大模型",
          "One model reads chest films, retinas and slides, and says what it is unsure of.",
          "同一模型閱讀胸片、眼底及切片，並指出不確定之處。",
          "vision", "health", (Ask(H800, 160, 4, 12),), 1, 15, "award", 4, twist="conflict"),
    Story("horoscope", "egret", "applicant", "Market moods from horoscopes", "由星座預測市場情緒",
          "We correlate horoscopes with prices.", "我們研究星座與價格的關係。",
          "other", "finance", (Ask(H800, 200, 4, 12),), 1, 21, "reject", 1,
          reasons="The method is not sound and the amount asked for is not argued."),
    Story("parcels", "abacus", "abacus", "Routing parcels with learned search", "以學習搜尋規劃包裹路線",
          "Reinforcement learning for last-mile routing in dense towers.",
          "以強化學習規劃高樓密集區的最後一里路線。",
          "robotics", "transport", (Ask(THREADS, 64, 4, 6),), 2, 3, "wait", 3,
          reasons="Sound, but behind others while so few cards are in service."),
    Story("speech", "murmur", "murmur", "Speech recognition for Cantonese and its neighbours", "粵語及鄰近方言的語音識別",
          "Recognition that follows a speaker who changes language in the middle of a sentence.",
          "能跟隨說話者於句子中途轉換語言的語音識別。",
          "speech", "culture", (Ask(THREADS, 96, 7, 12), Ask(H800, 32, 7, 12, hours=20_000, runs=Runs(300, 16, 4))), 3, 9,
          "award", 4, members=("member",)),
    Story("typhoon", "tidal", "mei", "Nowcasting of typhoon rain", "颱風降雨臨近預報",
          "A generative model forecasts rain for the next six hours, with honest uncertainty.",
          "以生成模型預報未來六小時雨量，並如實給出不確定性。",
          "science", "government", (Ask(ASCEND, 224, 7, 9, given=192),), 3, 24, "part", 4, twist="returned"),
    Story("video", "bao", "bao", "Recommending short videos", "短片推薦大模型",
          "A large recommendation model that explains why it shows what it shows.",
          "能解釋為何推薦的大型推薦模型。",
          "recommendation", "culture", (Ask(H800, 320, 7, 9, given=256), Ask(H800, 16, 7, 9, hours=8_000, runs=Runs(10, 16, None))),
          4, 10, "part", 4, reasons="Strong, but a fifth less suffices for the model described."),
    Story("elderly", "sampan", "sampan", "A companion for elderly care", "長者照護同伴",
          "A small robot learns to help at home without sending pictures anywhere.",
          "小型機械人學習在家協助，影像不離家。",
          "robotics", "health", (Ask(H800, 96, 7, 9),), 4, 18, "conditional", 4,
          conditions="An ethics approval is shown before the first job.",
          reasons="Good, provided that the ethics approval comes."),
    Story("karaoke", "murmur", "murmur", "Karaoke for everyone", "人人卡拉OK",
          "Voice conversion for karaoke rooms.", "為卡拉OK房作聲音轉換。",
          "speech", "culture", (Ask(H800, 128, 7, 6),), 5, 2, "reject", 2,
          reasons="A product on the market already; little is added to local research."),
    Story("chess", "abacus", "abacus", "Xiangqi endgames", "象棋殘局",
          "An exhaustive study of endgames.", "殘局的窮盡研究。",
          "other", "education", (Ask(H800, 64, 7, 3),), 5, 12, "withdraw", 3),
    Story("battery", "lantern", "wing", "Electrolytes for safer batteries", "更安全電池的電解質",
          "Screening of electrolytes by learned molecular dynamics.",
          "以學習分子動力學篩選電解質。",
          "science", "materials", (Ask(ASCEND, 96, 10, 9),), 6, 14, "award", 4),
    Story("archives", "archive", "archive", "Reading a century of letters", "閱讀一世紀的信件",
          "A model reads handwriting and finds people, places and dates in the archives.",
          "模型辨認手寫字，並在檔案中找出人物、地點及日期。",
          "vision", "government", (Ask(H800, 160, 10, 9),), 7, 8, "award", 4),
    Story("tutor", "quayside", "lead", "A tutor that asks back", "會反問的導師",
          "A tutoring model that asks before it answers.", "先問後答的導學模型。",
          "language", "education", (Ask(H800, 96, 10, 6),), 8, 5, "defer", 3,
          reasons="Promising; the committee wants the results of the pilot first."),
    Story("drone", "sampan", "sampan", "Drones that avoid kites", "避開風箏的無人機",
          "Vision for drones among kites and washing lines.", "於風箏與晾衣繩間飛行的無人機視覺。",
          "robotics", "transport", (Ask(H800, 64, 13, 6), Ask(H800, 16, 13, 6, hours=2_000, runs=Runs(60, 4, 8))), 9, 11,
          "award", 4, members=("member",)),
    Story("evaluation", "abacus", "abacus", "An open evaluation of language models", "語言模型公開評測",
          "We measure what models of the city can do, and publish every question.",
          "我們量度本地模型的能力，並公開每條試題。",
          "language", "education", (Ask(H800, 8, 13, 6, hours=12_000, runs=Runs(1400, 4, 2)),), 10, 6, "award", 4,
          reasons="Small, useful to all, within the officer's hand.", members=("member",)),
    Story("reef", "kelp", "kelp", "Listening to reefs", "聆聽珊瑚礁",
          "Sound tells how a reef fares; a model learns to hear it.", "珊瑚礁的聲音透露其健康，模型學習聆聽。",
          "science", "life-science", (Ask(IRON, 64, 13, 9),), 11, 4, "offer", 4),
    Story("ferry", "egret", "applicant", "When will the ferry come?", "渡輪何時到？",
          "Forecasts of ferry arrivals in fog.", "霧中渡輪到站預測。",
          "science", "transport", (Ask(THREADS, 16, 15, 6),), OPEN, 0, "draft"),
    Story("opera", "bao", "bao", "Subtitles for Cantonese opera", "粵劇字幕",
          "Recognition of sung Cantonese.", "辨識唱出來的粵語。",
          "speech", "culture", (Ask(THREADS, 24, 15, 6),), OPEN, 19, "screen", 4),
    Story("tides", "tidal", "mei", "Tide tables from old charts", "由舊海圖重建潮汐表",
          "Digitising a century of tide tables.", "把一世紀的潮汐表數碼化。",
          "vision", "government", (Ask(H800, 32, 15, 6),), OPEN, 17, "asked", 4),
    Story("retina", "medicine", "harvey", "Retinas and the heart", "眼底與心臟",
          "Risk of heart disease from a photograph of the eye.", "由眼底照片估計心臟病風險。",
          "vision", "health", (Ask(H800, 96, 15, 9, runs=Runs(1200, 64, 6)),), OPEN, 24, "review", 4),
    Story("grid", "lantern", "wing", "A model of the city's power grid", "城市電網模型",
          "Forecasting load block by block.", "逐座大廈預測用電量。",
          "science", "government", (Ask(ASCEND, 128, 15, 9, runs=Runs(2000, 32, 12)),), OPEN, 27, "decide", 4),
)
# fmt: on
