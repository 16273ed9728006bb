"""The form of a push target."""

from collections.abc import Sequence
from typing import Any

from django import forms

from agencies.models import ApiClient
from catalog import selectors as catalog
from common.clock import today
from province.formats import formats
from province.targets import TargetText, secret_settings


class TargetForm(forms.Form):
    name = forms.CharField(label="名称", max_length=100)
    format = forms.ChoiceField(label="格式")
    url = forms.CharField(
        label="地址",
        max_length=500,
        required=False,
        help_text="接口推送写 https 地址；文件交换写 file:/// 开头的目录。不填时用系统配置的省平台地址",
    )
    reconciliation_url = forms.CharField(
        label="对账地址",
        max_length=500,
        required=False,
        help_text="每天向它询问各事项的条数和摘要；没有的不填",
    )
    secret_setting = forms.ChoiceField(label="密钥配置项", help_text="密钥由系统管理员设置，这里只选名称")
    items = forms.MultipleChoiceField(
        label="推送的事项", required=False, help_text="不选为全部", widget=forms.CheckboxSelectMultiple
    )
    batch_size = forms.IntegerField(label="每批条数", min_value=1, max_value=500, initial=500)
    timeout = forms.IntegerField(label="等候答复秒数", min_value=1, max_value=300, initial=30)
    pace = forms.IntegerField(label="每分钟最多条数", required=False, min_value=1, help_text="不填为不限")
    send_from = forms.TimeField(label="每天从", required=False, help_text="例如 20:00；不填为全天")
    send_until = forms.TimeField(label="到", required=False)
    active = forms.BooleanField(label="启用", required=False, initial=True)
    acting_on = forms.CharField(
        label="办理依据", max_length=200, initial="鹤信用发〔2022〕1号 第3条（6）", help_text="记入留痕账本"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "format": [(name, one.TITLE) for name, one in formats().items() if not one.SUBSCRIBERS],
            "secret_setting": [(name, name) for name in secret_settings()],
            "items": [(item.code, item.name) for item in catalog.items(today())],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def text(self) -> TargetText:
        return TargetText(**{name: self.cleaned_data[name] for name in TargetText.__slots__})


class CallbackForm(forms.Form):
    client = forms.ChoiceField(label="客户端", help_text="有查询比对权限的接口客户端")
    url = forms.CharField(
        label="回调地址", max_length=500, help_text="https 地址；平台向它发送签名的变更通知"
    )
    active = forms.BooleanField(label="启用", required=False, initial=True)
    renew = forms.BooleanField(
        label="更换签名密钥", required=False, help_text="首次登记自动生成；更换后旧密钥即时失效"
    )
    acting_on = forms.CharField(
        label="办理依据", max_length=200, initial="鹤信用发〔2022〕1号 第11条", help_text="记入留痕账本"
    )

    def offer(self, clients: Sequence[ApiClient]) -> None:
        self.fields["client"].choices = [  # type: ignore[attr-defined]
            (str(client.pk), f"{client.name}（{client.agency.name}）") for client in clients
        ]


class NewTargetForm(TargetForm):
    field_order = ("code",)
    code = forms.SlugField(label="代号", max_length=40, help_text="英文字母、数字和连字符，以后不能改")
