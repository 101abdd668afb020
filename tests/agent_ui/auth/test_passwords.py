"""Password hashing."""

from agent_ui.auth.passwords import Passwords


async def test_a_password_fits_its_own_hash_only() -> None:
    passwords = Passwords(memory_kib=64, passes=1)
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "wrong horse")
    assert not await passwords.verify("not a hash", "correct horse")
    assert not await passwords.verify(None, "nobody has this password")
    passwords.close()
