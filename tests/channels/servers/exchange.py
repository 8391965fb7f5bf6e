"""An IMAP server that opens no mailbox."""

from asyncio import StreamReader, StreamWriter

from tests.servers.loop import Talker


class Exchange(Talker):
    """Lets everybody in who has a token, and then refuses what they ask, as Exchange does if they
    have no right to the mailbox."""

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n")
        while line := await reader.readline():
            tag, _, command = line.rstrip().partition(b" ")
            if command.startswith(b"AUTHENTICATE"):
                writer.write(b"+ \r\n")
                await reader.readline()
                writer.write(tag + b" OK AUTHENTICATE completed.\r\n")
            elif command.startswith(b"CAPABILITY"):
                writer.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")
            else:
                writer.write(tag + b" BAD User is authenticated but not connected.\r\n")
