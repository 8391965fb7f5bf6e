"""A keyring in a file, for programs that the tests start: PYTHON_KEYRING_BACKEND names the class,
SECRETS_FILE the file."""

import json
import os
from pathlib import Path

import keyring.backend


class FileKeyring(keyring.backend.KeyringBackend):
    """Secrets by service and name."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path(os.environ["SECRETS_FILE"])

    def _all(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps(self._all() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        del kept[f"{service} {username}"]
        self._file.write_text(json.dumps(kept))
