"""Terms of use of the open data: what law already says about whoever takes published credit information along."""

from typing import Final, NamedTuple


class Term(NamedTuple):
    """One term; `verified` is false where the clause was not read in full."""

    title: str
    text: str
    basis: str
    verified: bool = True


TERMS: Final = (
    Term(
        "免费，不用注册。",
        "可以复制、传播、加工，请注明来源和取数时间，不要让人以为是官方出具的证明。要证明的，用可以核验的信用报告。",
        "政府信息公开条例 第四十二条",
        verified=False,
    ),
    Term(
        "到期就删。",
        "每条信息都带公示的最后一天（published_until、ends_on）。过了这一天，或者接口不再返回这一条（修复、更正、撤销、移出），您手里的也要随之删除，不得再展示、提供或者写进报告。"
        "保存了副本的，请每天核对。",
        "鹤信用发〔2022〕1号 第5条；信用修复管理办法（国家发展和改革委员会令第36号）",
        verified=False,
    ),
    Term(
        "不得用来加重。",
        "在公示不等于可以惩戒。不得据此设置法律、法规和党中央、国务院政策文件以外的限制，也不得强制别人惩戒。可以采取的措施只有奖惩措施清单里的。",
        "鹤信用发〔2022〕1号 第9条、第10条",
    ),
    Term(
        "不得还原、拼接、画像。",
        "自然人的信息已经隐去姓名和证件号码，不得与其他数据拼接还原到人，不得用来给个人打分、自动决策。本站不提供自然人信息的批量下载。",
        "鹤信用发〔2022〕1号 第13条；个人信息保护法 第二十四条、第二十七条",
    ),
    Term(
        "不得买卖。",
        "不得以付费删除、付费修复等名义使用这些信息。修复和异议都不收费。",
        "鹤信用发〔2022〕1号 第12条、第15条",
    ),
    Term(
        "以文书为准。",
        "内容与决定文书不一致的，以作出决定的单位的文书为准；发现错误请提出异议。",
        "鹤信用发〔2022〕1号 第4条、第5条",
    ),
)
