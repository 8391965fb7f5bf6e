"""Who is in which team."""

from sqlmodel import Field, SQLModel


class TeamMemberRow(SQLModel, table=True):
    """An agent in a team."""

    __tablename__ = "team_member"
    team_id: int = Field(foreign_key="team.id", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, index=True)
